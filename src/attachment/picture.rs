//! What is shown of a picture: drawn anew, so that nothing comes along but what can be seen. A phone writes into a photo
//! where it was taken.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, ImageResult, Limits, Rgba, RgbaImage, imageops};

/// The longer edge of a thumbnail, in pixels: sharp on a page that shows it at half of that.
const THUMBNAIL: u32 = 480;
/// Larger pictures are kept and not drawn: a few bytes can claim to be a picture of any size.
const LONGEST_EDGE: u32 = 20_000;
const LARGEST: u64 = 256 * 1024 * 1024;
/// A photographed paper stays legible.
const CLEAN_QUALITY: u8 = 88;
const THUMBNAIL_QUALITY: u8 = 80;

/// Two JPEGs, upright and without metadata.
#[derive(Debug)]
pub(super) struct Drawn {
    pub thumbnail: Vec<u8>,
    /// In full size.
    pub clean: Vec<u8>,
}

/// Draws a picture; of one that moves, the first frame. Takes a while: not for a thread that others wait on.
pub(super) fn draw(bytes: &[u8]) -> ImageResult<Drawn> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST_EDGE), Some(LONGEST_EDGE));
    limits.max_alloc = Some(LARGEST);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let picture = on_white(picture);
    let small = picture.width() <= THUMBNAIL && picture.height() <= THUMBNAIL;
    let thumbnail = if small { picture.clone() } else { picture.thumbnail(THUMBNAIL, THUMBNAIL) };
    Ok(Drawn { thumbnail: jpeg(&thumbnail, THUMBNAIL_QUALITY)?, clean: jpeg(&picture, CLEAN_QUALITY)? })
}

/// JPEG knows no transparency.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8().into();
    }
    let mut ground = RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([255; 4]));
    imageops::overlay(&mut ground, &picture.to_rgba8(), 0, 0);
    DynamicImage::from(ground).to_rgb8().into()
}

fn jpeg(picture: &DynamicImage, quality: u8) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use image::{GenericImageView, ImageFormat, Rgb, RgbImage};

    use super::*;

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("a picture");
        bytes.into_inner()
    }

    /// A JPEG with this EXIF orientation, and words behind it that stand for a place.
    fn with_exif(jpeg: &[u8], orientation: u8, words: &[u8]) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        exif.extend(words);
        let length = u16::try_from(exif.len() + 2).expect("a short segment");
        let segment = [&[0xff, 0xe1], length.to_be_bytes().as_slice(), &exif].concat();
        [&jpeg[..2], &segment, &jpeg[2..]].concat()
    }

    #[test]
    fn a_photo_is_upright_and_tells_no_place() {
        let mut picture = RgbImage::from_pixel(1_000, 500, Rgb([255, 0, 0]));
        imageops::replace(&mut picture, &RgbImage::from_pixel(500, 500, Rgb([0, 0, 255])), 0, 0);
        let photo = with_exif(&encoded(&picture.into(), ImageFormat::Jpeg), 6, b"GPS 21.0285 105.8542");
        let drawn = draw(&photo).expect("drawn");
        for bytes in [&drawn.thumbnail, &drawn.clean] {
            assert!(!bytes.windows(4).any(|part| part == b"Exif" || part == b"GPS "), "metadata is left");
        }
        let clean = image::load_from_memory(&drawn.clean).expect("a picture");
        assert_eq!(clean.dimensions(), (500, 1_000));
        let (top, bottom) = (clean.get_pixel(250, 100), clean.get_pixel(250, 900));
        assert!(top[2] > 200 && bottom[0] > 200, "turned as the phone was held: {top:?} above {bottom:?}");
        assert_eq!(image::load_from_memory(&drawn.thumbnail).expect("a picture").dimensions(), (240, 480));
    }

    #[test]
    fn what_is_transparent_becomes_white_and_small_pictures_stay_small() {
        let png = encoded(&RgbaImage::from_pixel(20, 10, Rgba([0, 0, 0, 0])).into(), ImageFormat::Png);
        let drawn = image::load_from_memory(&draw(&png).expect("drawn").thumbnail).expect("a picture");
        assert_eq!(drawn.dimensions(), (20, 10));
        assert!(drawn.get_pixel(5, 5)[0] > 250);
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_not_drawn() {
        let mut png = encoded(&RgbImage::new(1, 1).into(), ImageFormat::Png);
        for edge in [30_000_u32, 19_000] {
            png[16..20].copy_from_slice(&edge.to_be_bytes());
            png[20..24].copy_from_slice(&edge.to_be_bytes());
            let header = crc32(&png[12..29]);
            png[29..33].copy_from_slice(&header.to_be_bytes());
            assert!(matches!(draw(&png), Err(image::ImageError::Limits(_))), "{edge}: {:?}", draw(&png).err());
        }
        assert!(draw(b"\xff\xd8\xff\xe0 broken").is_err());
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
        })
    }
}
