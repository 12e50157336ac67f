//! What people type, and what it must mean.

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::atlas::FORMER;
use super::*;

/// «One Yên Hòa», «Split Láng Hạ: Láng, Giảng Võ», for tables that can be read.
fn show(found: &Found) -> String {
    match found {
        Found::One(commune) => commune.name.clone(),
        Found::Split { old_name, candidates } => {
            let names: Vec<_> = candidates.iter().map(|commune| commune.name.as_str()).collect();
            format!("{old_name}: {}", names.join(" | "))
        }
        Found::Near { candidates } => {
            let names: Vec<_> = candidates.iter().map(|commune| commune.name.as_str()).collect();
            format!("~ {}", names.join(" | "))
        }
        Found::Elsewhere { said } => format!("→ {said}"),
        Found::Nothing => "-".to_owned(),
    }
}

fn show_agency(found: &FoundAgency) -> String {
    match found {
        FoundAgency::One(agency) => agency.said.clone(),
        FoundAgency::Several(agencies) => {
            agencies.iter().map(|agency| agency.said.as_str()).collect::<Vec<_>>().join(" | ")
        }
        FoundAgency::Nothing => "-".to_owned(),
    }
}

#[track_caller]
fn check(table: &[(&str, &str)], meaning: impl Fn(&str) -> String) {
    let wrong: Vec<String> = table
        .iter()
        .map(|(typed, meant)| (typed, meant, meaning(typed)))
        .filter(|(_, meant, found)| *meant != found)
        .map(|(typed, meant, found)| format!("{typed:?} must mean {meant:?}, not {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_present_commune_is_found_however_it_is_typed() {
    check(
        &[
            ("Cửa Nam", "Cửa Nam"),
            ("p bồ đề", "Bồ Đề"),
            ("P.Cửa Nam", "Cửa Nam"),
            ("P. Yên Hoà", "Yên Hòa"),
            ("phường yên hòa", "Yên Hòa"),
            ("PHUONG YEN HOA", "Yên Hòa"),
            ("f. láng", "Láng"),
            ("X. Đông Anh", "Đông Anh"),
            ("xa dong anh", "Đông Anh"),
            ("Xã Ứng Hoà, TP. Hà Nội", "Ứng Hòa"),
            ("phường hai bà trưng", "Hai Bà Trưng"),
            ("cuanam", "Cửa Nam"),
            ("ô chợ dừa", "Ô Chợ Dừa"),
            ("văn miếu quốc tử giám", "Văn Miếu - Quốc Tử Giám"),
            ("P. Văn Miếu – Quốc Tử Giám", "Văn Miếu - Quốc Tử Giám"),
            ("mĩ đức", "Mỹ Đức"),
            ("à nhầm, phường Láng", "Láng"),
            ("nhà em ở phường Láng ạ", "Láng"),
            ("em ở láng", "Láng"),
            ("Phường Bồ Đề, Hà Nội, Việt Nam", "Bồ Đề"),
            ("phường bồ đề hà nội vn", "Bồ Đề"),
            // A wrong kind is forgiven.
            ("phường Đông Anh", "Đông Anh"),
            ("xã Bồ Đề", "Bồ Đề"),
            ("quận Yên Hòa", "Yên Hòa"),
        ],
        |typed| show(&place(typed)),
    );
}

#[test]
fn a_former_commune_leads_to_its_successors_and_is_offered_when_divided() {
    check(
        &[
            ("nhà em ở láng hạ cũ", "Láng Hạ: Láng | Giảng Võ | Đống Đa"),
            ("P. Láng Hạ", "Láng Hạ: Láng | Giảng Võ | Đống Đa"),
            ("Láng Hạ, Đống Đa", "Láng Hạ: Láng | Giảng Võ | Đống Đa"),
            ("phường Trúc Bạch", "Ba Đình"),
            ("phường Trúc Bạch, quận Ba Đình, Hà Nội", "Ba Đình"),
            ("ngọc lâm", "Bồ Đề"),
            ("Mỹ Đình 2", "Mỹ Đình 2: Từ Liêm | Cầu Giấy"),
            ("my dinh", "Mỹ Đình: Từ Liêm | Cầu Giấy"),
            // Two former units of one name.
            ("Tân Minh", "Tân Minh: Sóc Sơn | Thượng Phúc"),
            ("Tân Minh, Thường Tín", "Thượng Phúc"),
            ("xã Tân Minh huyện Sóc Sơn", "Sóc Sơn"),
            ("xã Kim Sơn, Sơn Tây", "Đoài Phương"),
            // The other Kim Sơn's successor is not known: not silently this one's.
            ("xã Kim Sơn", "Kim Sơn: Đoài Phương"),
            ("phường Nguyễn Trung Trực", "-"),
            // Diacritics tell names apart, when they are typed.
            ("xã Sơn Đông", "Đoài Phương"),
            ("xã Đại Thành", "Hưng Đạo"),
            ("xa dai thanh", "Đại Thanh"),
        ],
        |typed| show(&place(typed)),
    );
}

#[test]
fn the_present_wins_unless_the_past_is_said() {
    check(
        &[
            ("Cầu Giấy", "Cầu Giấy"),
            ("Hoàng Mai", "Hoàng Mai"),
            ("Định Công", "Định Công"),
            ("Đông Anh", "Đông Anh"),
            ("xã Đông Anh, huyện Đông Anh", "Đông Anh"),
            ("quận Cầu Giấy", "quận Cầu Giấy: Cầu Giấy | Nghĩa Đô | Yên Hòa | Phú Diễn"),
            ("q. hoàng mai", "quận Hoàng Mai: Hoàng Mai | Tương Mai | Định Công | Lĩnh Nam"),
            ("huyện Đông Anh", "huyện Đông Anh: Đông Anh | Phúc Thịnh | Thiên Lộc | Vĩnh Thanh"),
            ("quận Đống Đa", "quận Đống Đa: Đống Đa | Ô Chợ Dừa | Văn Miếu - Quốc Tử Giám | Kim Liên"),
            ("đống đa", "Đống Đa"),
            ("Hoàn Kiếm cũ", "quận Hoàn Kiếm: Hoàn Kiếm | Cửa Nam | Hồng Hà"),
            ("bắc từ liêm", "quận Bắc Từ Liêm: Đông Ngạc | Thượng Cát | Tây Tựu | Phú Diễn"),
            ("thị xã Sơn Tây", "thị xã Sơn Tây: Sơn Tây | Tùng Thiện | Đoài Phương"),
            ("Ngọc Hà, Ba Đình", "Ngọc Hà"),
            ("yên hòa cầu giấy", "Yên Hòa"),
        ],
        |typed| show(&place(typed)),
    );
    assert!(matches!(place("Định Công cũ"), Found::Split { .. }));
    assert!(matches!(place("phường Định Công, quận Hoàng Mai"), Found::Split { .. }));
}

#[test]
fn another_province_is_elsewhere_only_when_it_is_said() {
    check(
        &[
            ("phường Kinh Bắc, tỉnh Bắc Ninh", "→ phường Kinh Bắc, tỉnh Bắc Ninh"),
            ("Phường Sài Gòn", "→ phường Sài Gòn, thành phố Hồ Chí Minh"),
            ("tỉnh Hà Nam", "→ tỉnh Ninh Bình"),
            ("Bắc Ninh", "→ tỉnh Bắc Ninh"),
            ("tp hcm", "→ thành phố Hồ Chí Minh"),
            ("xã Tân Thạnh", "-"),
            ("xã Tân Phú", "Hưng Đạo"),
            ("Hà Nội", "-"),
        ],
        |typed| show(&place(typed)),
    );
}

#[test]
fn a_text_that_names_no_place_is_nothing() {
    check(
        &[
            ("", "-"),
            ("không biết", "-"),
            ("phường", "-"),
            ("tôi không rõ", "-"),
            ("Nguyễn Hoàng Mai", "-"),
            ("12", "-"),
            ("số 5 ngõ 12 Lê Duẩn, phường Cửa Nam", "-"),
        ],
        |typed| show(&place(typed)),
    );
}

#[test]
fn an_address_is_parted_into_house_and_place() {
    check(
        &[
            ("so 8 ngo 30 nguyen thuong hien p cua nam", "so 8 ngo 30 nguyen thuong hien / Cửa Nam"),
            ("so 8 ngo 30 nguyen thuong hien cua nam", "so 8 ngo 30 nguyen thuong hien / Cửa Nam"),
            ("tầng 3 số 18 phố Duy Tân, phường Cầu Giấy", "tầng 3 số 18 phố Duy Tân / Cầu Giấy"),
            ("số 9 ngách 45/2 Ngọc Lâm, Bồ Đề", "số 9 ngách 45/2 Ngọc Lâm / Bồ Đề"),
            ("số 9 ngách 45/2 ngọc lâm bồ đề", "số 9 ngách 45/2 ngọc lâm / Bồ Đề"),
            ("12 Láng Hạ, phường Đống Đa", "12 Láng Hạ / Đống Đa"),
            ("12 Láng Hạ", "12 Láng Hạ / -"),
            ("12 Láng Hạ, quận Đống Đa", "12 Láng Hạ / Láng Hạ: Láng | Giảng Võ | Đống Đa"),
            (
                "12 Lê Duẩn, quận Đống Đa",
                "12 Lê Duẩn / quận Đống Đa: Đống Đa | Ô Chợ Dừa | Văn Miếu - Quốc Tử Giám | Kim Liên",
            ),
            ("số 20 Trần Duy Hưng, phường Yên Hòa", "số 20 Trần Duy Hưng / Yên Hòa"),
            ("16 ngõ 298 Ngọc Lâm, Phường Bồ Đề, Thành phố Hà Nội", "16 ngõ 298 Ngọc Lâm / Bồ Đề"),
            ("số 5, phường Trúc Bạch, quận Ba Đình, TP Hà Nội, Việt Nam", "số 5 / Ba Đình"),
            ("phường Cửa Nam, số 8 ngõ 30", "số 8 ngõ 30 / Cửa Nam"),
            ("thôn Đoài - xã Đông Anh", "thôn Đoài / Đông Anh"),
            ("thôn 2, xã Vân Hà, huyện Đông Anh, HN", "thôn 2 / Thư Lâm"),
            ("15 Trần Hưng Đạo", "15 Trần Hưng Đạo / -"),
            ("15 Trần Hưng Đạo, Cửa Nam", "15 Trần Hưng Đạo / Cửa Nam"),
            ("5 phố Huế, phường Hai Bà Trưng", "5 phố Huế / Hai Bà Trưng"),
            ("km 20 đường Hồ Chí Minh, xã Phú Nghĩa", "km 20 đường Hồ Chí Minh / Phú Nghĩa"),
            ("số 3 Thành Công, Láng Hạ cũ", "số 3 Thành Công / Láng Hạ: Láng | Giảng Võ | Đống Đa"),
            ("số 3 Trần Phú, phường Bắc Giang, tỉnh Bắc Ninh", "số 3 Trần Phú / → phường Bắc Giang, tỉnh Bắc Ninh"),
            ("ngõ 5, Kinh Bắc, Bắc Ninh", "ngõ 5 / → phường Kinh Bắc, tỉnh Bắc Ninh"),
            ("số 3, thôn Hạ, tỉnh Bắc Giang", "số 3, thôn Hạ / → tỉnh Bắc Ninh"),
            ("phường Cửa Nam (quê Nam Định)", "quê Nam Định / Cửa Nam"),
            ("phường Cửa Nam", " / Cửa Nam"),
            // «Street, district» or «street, ward»: the street's namesake and the ward are both offered.
            ("12 Đội Cấn, Ba Đình", "12 Đội Cấn / Đội Cấn: Ba Đình | Ngọc Hà"),
            ("tổ 5 Thượng Thanh Long Biên", "tổ 5 Thượng Thanh / Thượng Thanh: Việt Hưng | Bồ Đề | Long Biên"),
            ("số 5 Hàng Bài, quận Hoàn Kiếm", "số 5 Hàng Bài / quận Hoàn Kiếm: Hoàn Kiếm | Cửa Nam | Hồng Hà"),
            ("gần cầu Long Biên", "gần cầu Long Biên / -"),
            ("", " / -"),
        ],
        |typed| {
            let address = address(typed);
            format!("{} / {}", address.detail, show(&address.place))
        },
    );
    let decomposed: String = "tầng 3 số 18 phố Duy Tân, phường Cầu Giấy".nfd().collect();
    assert_eq!(address(&decomposed).detail, "tầng 3 số 18 phố Duy Tân");
}

#[test]
fn an_agency_is_found_by_what_people_call_it() {
    check(
        &[
            ("một cửa phường cửa nam", "UBND phường Cửa Nam"),
            ("một cửa Cầu Giấy", "UBND phường Cầu Giấy"),
            ("1 cua cau giay", "UBND phường Cầu Giấy"),
            ("p bồ đề", "UBND phường Bồ Đề"),
            ("UBND xã Đông Anh", "UBND xã Đông Anh"),
            ("uỷ ban nhân dân phường Láng", "UBND phường Láng"),
            ("uy ban nhan dan phuong lang", "UBND phường Láng"),
            ("trung tâm phục vụ hành chính công phường Láng", "UBND phường Láng"),
            ("phường Trúc Bạch", "UBND phường Ba Đình"),
            ("phường Láng Hạ", "UBND phường Láng | UBND phường Giảng Võ | UBND phường Đống Đa"),
            ("UBND quận Hoàn Kiếm", "UBND phường Hoàn Kiếm | UBND phường Cửa Nam | UBND phường Hồng Hà"),
            (
                "UBND quận Đống Đa",
                "UBND phường Đống Đa | UBND phường Ô Chợ Dừa | UBND phường Văn Miếu - Quốc Tử Giám | UBND phường Kim Liên",
            ),
            ("sở tài nguyên", "Sở Nông nghiệp và Môi trường"),
            ("so tai nguyen va moi truong ha noi", "Sở Nông nghiệp và Môi trường"),
            ("Sở TN&MT", "Sở Nông nghiệp và Môi trường"),
            ("sở công thương", "Sở Công Thương"),
            ("sở kế hoạch đầu tư", "Sở Tài chính"),
            ("Sở KH-ĐT", "Sở Tài chính"),
            ("sở giao thông", "Sở Xây dựng"),
            ("sở lao động", "Sở Nội vụ | Sở Y tế"),
            ("văn phòng đăng ký đất đai", "Văn phòng Đăng ký đất đai Hà Nội"),
            ("chi nhanh van phong dang ky dat dai", "Văn phòng Đăng ký đất đai Hà Nội"),
            ("VPĐKĐĐ chi nhánh Hà Đông", "Văn phòng Đăng ký đất đai Hà Nội"),
            ("công an", "Công an thành phố Hà Nội"),
            ("công an phường Láng", "Công an thành phố Hà Nội"),
            ("bảo hiểm xã hội quận Ba Đình", "Bảo hiểm xã hội thành phố Hà Nội"),
            ("chi cục thuế Cầu Giấy", "Thuế thành phố Hà Nội"),
            ("nhà thuê", "-"),
            ("thue", "Thuế thành phố Hà Nội"),
            ("văn phòng UBND TP", "Văn phòng UBND Thành phố"),
            ("UBND TP Hà Nội", "UBND thành phố Hà Nội"),
            ("trung tâm phục vụ hành chính công", "Trung tâm Phục vụ hành chính công thành phố Hà Nội"),
            ("gọi số 1022 mãi không ai nghe", "Trung tâm Phục vụ hành chính công thành phố Hà Nội"),
            ("nộp hồ sơ số 1022 từ 2/3", "-"),
            ("ho so 1022 nop tu thang 3", "-"),
            ("nộp hồ sơ UBND TP Hà Nội từ tháng 3", "UBND thành phố Hà Nội"),
            ("phường", "-"),
            ("tôi không rõ", "-"),
            ("UBND phường Kinh Bắc, tỉnh Bắc Ninh", "-"),
            ("phường Lê Lợi, Vinh, Nghệ An", "-"),
        ],
        |typed| show_agency(&agency(typed)),
    );
}

#[test]
fn an_agency_is_found_in_a_story() {
    check(
        &[
            ("sáng nay ra một cửa phường Bồ Đề nộp giấy đăng ký kết hôn, cán bộ quát", "UBND phường Bồ Đề"),
            (
                "Khi làm thủ tục cấp giấy phép xây dựng nhà ở riêng lẻ tại phường Cầu Giấy, tôi bị yêu cầu",
                "UBND phường Cầu Giấy",
            ),
            ("nhà tôi ở phường Láng, nộp ở một cửa Cầu Giấy hẹn 5 ngày", "UBND phường Cầu Giấy"),
            (
                "Tôi gọi lên phường Hoàng Mai thì được trả lời là chờ bên công an",
                "UBND phường Hoàng Mai | Công an thành phố Hà Nội",
            ),
            ("Kính gửi Văn phòng UBND Thành phố. Bộ phận một cửa xã Thạch Thất hẹn tôi", "UBND xã Thạch Thất"),
            ("Đề nghị Sở Tài chính hướng dẫn đầy đủ một lần theo đúng quy định", "Sở Tài chính"),
            ("phường vẫn yêu cầu nộp bản sao, đề xuất Thành phố chỉ đạo các phường, xã bỏ việc", "-"),
            ("em nộp hồ sơ đăng ký hộ kinh doanh ở phường Hà Đông", "UBND phường Hà Đông"),
        ],
        |typed| show_agency(&agency(typed)),
    );
}

#[test]
fn every_agency_is_found_by_its_names() {
    for each in agencies() {
        assert_eq!(agency(&each.name), FoundAgency::One(each), "{}", each.name);
        assert_eq!(agency(&each.said), FoundAgency::One(each), "{}", each.said);
        assert_eq!(agency_by_code(&each.code), Some(each));
    }
    assert_eq!(agencies().len(), 154);
}

/// The ways in which one name reaches us.
fn ways_to_type(name: &str) -> [String; 5] {
    [
        name.to_owned(),
        vietnamese::fold(name),
        name.nfd().collect(),
        name.to_uppercase(),
        name.to_uppercase().nfd().collect(),
    ]
}

#[test]
fn every_commune_is_found_by_its_name() {
    for each in hanoi_communes() {
        for typed in ways_to_type(&each.said).into_iter().chain(ways_to_type(&each.name)) {
            assert_eq!(place(&typed), Found::One(each), "{typed}");
        }
        for typed in ways_to_type(&format!("Số 7 ngõ 5, {}, Hà Nội", each.said)) {
            let address = address(&typed);
            assert_eq!(address.place, Found::One(each), "{typed}");
            assert_eq!(vietnamese::fold(&address.detail), "so 7 ngo 5", "{typed}");
        }
        assert_eq!(commune(&each.code), Some(each));
    }
    assert_eq!(hanoi_communes().count(), 126);
}

#[test]
fn every_former_commune_leads_to_its_successors() {
    let known = FORMER.iter().filter(|unit| !unit.successors.is_empty());
    let mut divided_further = Vec::new();
    for unit in known {
        let kind = match unit.kind {
            atlas::Kind::Ward => "Phường",
            atlas::Kind::Rural => "Xã",
            _ => "Thị trấn",
        };
        let name = format!("{kind} {} cũ, {}", unit.name, unit.district);
        for typed in ways_to_type(&name) {
            let found = match place(&typed) {
                Found::One(commune) => vec![commune],
                Found::Split { candidates, .. } => candidates,
                other => panic!("{typed}: {other:?}"),
            };
            assert!(found.len() <= OFFERED);
            let missing: Vec<_> = unit.successors.iter().filter(|successor| !found.contains(successor)).collect();
            if !missing.is_empty() {
                divided_further.push((unit.name.as_str(), unit.successors.len()));
            }
            assert_eq!(found.first(), unit.successors.first(), "{typed}: the main one first");
        }
    }
    divided_further.dedup();
    // Five successors, four buttons.
    assert_eq!(divided_further, [("Đại Mỗ", 5)]);
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in any::<String>()) {
        place(&text);
        address(&text);
        agency(&text);
    }

    #[test]
    fn words_of_places_in_any_order_are_read_and_nothing_is_invented(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "phường", "p", "xã", "quận", "huyện", "tp", "tỉnh", "cũ", "trước", "ở", ",", "-", ".", "/", "12", "Láng", "Hạ",
                "Đống Đa", "Cầu Giấy", "Hà Nội", "Bắc Ninh", "Kinh Bắc", "Hòa", "Minh Khai", "Việt Nam", "công an", "UBND", "số",
            ]),
            0..12,
        )
    ) {
        let text = parts.join(" ");
        let address = address(&text);
        agency(&text);
        for word in address.detail.split([' ', ',']).filter(|word| !word.is_empty()) {
            prop_assert!(text.contains(word), "{word} of {text}");
        }
        if let Found::Split { candidates, .. } = &address.place {
            prop_assert!((1..=OFFERED).contains(&candidates.len()));
        }
    }
}
