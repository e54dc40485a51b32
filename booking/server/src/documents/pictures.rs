//! Pictures, decoded under a cap and encoded anew.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::jpeg::JpegEncoder, imageops::FilterType, metadata::Orientation,
};

use super::Rejected;

/// More than the sensors of today's phones have.
const MAX_PIXELS: u64 = 50_000_000;
/// What one picture may take while it is decoded, bytes.
const MAX_DECODED_BYTES: u64 = 200_000_000;
/// What is kept of a larger picture: a page of A4 at 250 dots an inch has so many along its longer side.
const KEPT_SIDE: u32 = 3_000;
const JPEG_QUALITY: u8 = 88;

/// A picture of the same format, upright, without metadata, of at most [`KEPT_SIDE`] pixels a side.
pub(super) fn encoded_anew(bytes: &[u8], format: ImageFormat) -> Result<Vec<u8>, Rejected> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS
        || decoder.total_bytes() > MAX_DECODED_BYTES
    {
        return Err(Rejected::Pixels);
    }
    // What the metadata says about up and down is done, as the metadata itself is not kept.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    if width.max(height) > KEPT_SIDE {
        picture = picture.resize(KEPT_SIDE, KEPT_SIDE, FilterType::Triangle);
    }
    picture.apply_orientation(orientation);
    encoded(&picture, format).map_err(refusal)
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    if format == ImageFormat::Jpeg {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        picture.to_rgb8().write_with_encoder(encoder)?;
    } else if picture.color().has_alpha() {
        picture
            .to_rgba8()
            .write_to(&mut Cursor::new(&mut bytes), format)?;
    } else {
        picture
            .to_rgb8()
            .write_to(&mut Cursor::new(&mut bytes), format)?;
    }
    Ok(bytes)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is used as `map_err(refusal)`"
)]
fn refusal(error: ImageError) -> Rejected {
    match error {
        ImageError::Limits(_) => Rejected::Pixels,
        _ => Rejected::Unreadable,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    /// A picture whose upper half is white and whose lower half is black.
    fn halves(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |_, y| {
            Rgb([if y < height / 2 { 255 } else { 0 }; 3])
        })
    }

    pub(in crate::documents) fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = halves(width, height);
        picture
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg)
            .unwrap();
        bytes
    }

    pub(in crate::documents) fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = halves(width, height);
        picture
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        bytes
    }

    /// The picture with metadata (Exif 2.3, as a JPEG's first segment) that calls its right side up, and a
    /// place.
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
        exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"25.0330N 121.5654E");
        let length = u16::try_from(exif.len() + 2).unwrap();
        let mut bytes = jpeg[..2].to_vec();
        bytes.extend([0xff, 0xe1]);
        bytes.extend(length.to_be_bytes());
        bytes.extend(exif);
        bytes.extend(&jpeg[2..]);
        bytes
    }

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    /// A PNG (RFC 2083) that says that it has so many pixels and has none.
    fn png_head(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = png(1, 1);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        bytes
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let mut crc = u32::MAX;
        for byte in bytes {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = (crc >> 1) ^ (0xedb8_8320 * (crc & 1));
            }
        }
        !crc
    }

    #[test]
    fn metadata_is_gone_and_the_picture_stands_upright() {
        let taken = with_exif(&jpeg(32, 16));
        assert!(contains(&taken, b"121.5654E"));
        let kept = encoded_anew(&taken, ImageFormat::Jpeg).unwrap();
        assert!(!contains(&kept, b"121.5654E") && !contains(&kept, b"Exif"));
        let kept = image::load_from_memory(&kept).unwrap().to_rgb8();
        assert_eq!(kept.dimensions(), (16, 32));
        // What was above is on the right now.
        assert!(kept.get_pixel(13, 16)[0] > 200 && kept.get_pixel(2, 16)[0] < 50);
    }

    #[test]
    fn nothing_is_left_of_a_second_file_inside() {
        for (format, picture) in [
            (ImageFormat::Jpeg, jpeg(16, 16)),
            (ImageFormat::Png, png(16, 16)),
        ] {
            let mut both = picture;
            both.extend(b"PK\x03\x04<script>alert(document.cookie)</script>");
            let kept = encoded_anew(&both, format).unwrap();
            assert!(!contains(&kept, b"script"), "{format:?}");
            assert!(image::load_from_memory_with_format(&kept, format).is_ok());
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_decoded() {
        for (width, height) in [(50_000, 50_000), (7_100, 7_100), (u32::MAX >> 1, 1)] {
            let bomb = png_head(width, height);
            let refused = encoded_anew(&bomb, ImageFormat::Png);
            assert_eq!(refused, Err(Rejected::Pixels), "{width} {height}");
        }
        let mut bomb = jpeg(16, 16);
        let frame = bomb
            .windows(2)
            .position(|marker| marker == [0xff, 0xc0])
            .unwrap();
        bomb[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
        assert_eq!(
            encoded_anew(&bomb, ImageFormat::Jpeg),
            Err(Rejected::Pixels)
        );
    }

    #[test]
    fn a_picture_that_is_cut_off_or_of_another_format_is_not_readable() {
        let whole = png(64, 64);
        for length in [9, 40, whole.len() / 2] {
            let cut = encoded_anew(&whole[..length], ImageFormat::Png);
            assert_eq!(cut, Err(Rejected::Unreadable), "{length}");
        }
        let other = encoded_anew(&whole, ImageFormat::Jpeg);
        assert_eq!(other, Err(Rejected::Unreadable));
    }

    #[test]
    fn a_large_picture_is_kept_smaller() {
        let kept = encoded_anew(&png(6_000, 40), ImageFormat::Png).unwrap();
        let kept = image::load_from_memory(&kept).unwrap();
        assert_eq!((kept.width(), kept.height()), (3_000, 20));
    }
}
