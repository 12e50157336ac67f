//! What a petition can be and how it can end (Decree 20/2008/NĐ-CP; the national form, pakn-domain 3.2-3.4, 4.5-4.6).

vocabulary! {
    /// By which door a petition came into the register.
    pub enum Source {
        Zalo = "zalo", "Zalo";
        Hotline = "hotline", "Đường dây nóng";
        Counter = "counter", "Tại quầy";
        Letter = "letter", "Văn bản, thư";
    }
}

vocabulary! {
    /// The field (lĩnh vực) under which satisfaction is reported: land, construction and investment have a floor of their own
    /// (1200/UBND-NV).
    pub enum Field {
        Land = "land", "Đất đai";
        Construction = "construction", "Xây dựng";
        Investment = "investment", "Đầu tư";
        Other = "other", "Lĩnh vực khác";
    }
}

vocabulary! {
    /// Who petitions: the first field of the national form.
    pub enum SubmitterType {
        Individual = "individual", "Cá nhân";
        Enterprise = "enterprise", "Doanh nghiệp";
        Organisation = "organisation", "Tổ chức";
    }
}

vocabulary! {
    /// The two categories of the national form.
    pub enum Category {
        RegulationPolicyProcedure = "regulation_policy_procedure", "Quy định, chính sách, thủ tục";
        OfficialConduct = "official_conduct", "Hành vi, thái độ của cán bộ";
    }
}

vocabulary! {
    /// At which step of the counter an official behaved so: the three steps of a one-stop counter.
    pub enum IncidentStep {
        Reception = "reception", "khâu tiếp nhận";
        Handling = "handling", "khâu giải quyết";
        Result = "result", "khâu trả kết quả";
    }
}

vocabulary! {
    /// A recommendation is a reflection with a proposed solution (Decree 20/2008/NĐ-CP, art. 3).
    pub enum Kind {
        Reflection = "reflection", "Phản ánh";
        Recommendation = "recommendation", "Kiến nghị";
    }
}

vocabulary! {
    /// How a petition was settled (Decree 20/2008/NĐ-CP, art. 15, and practice).
    pub enum Outcome {
        Explained = "explained", "Đã giải thích, hướng dẫn";
        ObstacleRemoved = "obstacle_removed", "Đã giải quyết việc đang vướng";
        RuleToBeChanged = "rule_to_be_changed", "Sửa, bỏ hoặc kiến nghị sửa quy định";
        OfficialReminded = "official_reminded", "Đã nhắc nhở cán bộ";
        OfficialDisciplined = "official_disciplined", "Đã xử lý kỷ luật cán bộ";
        NotWellFounded = "not_well_founded", "Chưa đủ căn cứ";
    }
}

vocabulary! {
    /// Why a petition is not received on this channel. What officers and citizens read stands in `dialogs/notices.toml`.
    pub enum RefusalReason {
        KhieuNai = "khieu_nai";
        ToCao = "to_cao";
        LegalAdvice = "legal_advice";
        FieldReport = "field_report";
        PrivateDispute = "private_dispute";
        Judicial = "judicial";
        NoNameOrAddress = "no_name_or_address";
        UnclearContent = "unclear_content";
        NoSupplementInTime = "no_supplement_in_time";
        NotVietnamese = "not_vietnamese";
        Duplicate = "duplicate";
        SpamOrInsult = "spam_or_insult";
        OutsideCityGuided = "outside_city_guided";
    }
}
