//! `GET /api/visitor/visits/{visit}/calendar.ics`

use axum::{
    extract::{Path, State},
    http::{
        HeaderMap, Uri,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use booking_domain::{BookedVisit, CalendarEntry, CalendarMethod, VisitState};
use ids::VisitId;
use protocol::Locale;
use telemetry::clock::unix_now_ms;

use super::own;
use crate::{Booking, ProblemCode, locale, visitor_session::VisitorSession};

/// The visit as a calendar file (RFC 5545). The inmate is not named in it: calendars are seen by others.
///
/// Refuses with `not_signed_in`, `visit_not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "visitCalendar", path = "/api/visitor/visits/{visit}/calendar.ics", tag = "visitor",
    params(("visit" = VisitId, Path)),
    responses((status = 200, description = "The file", body = String, content_type = "text/calendar")))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(visit): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ProblemCode> {
    let visit = own(&booking, &session, &visit).await?;
    let locale = locale::of_request(&uri, &headers);
    let file = entry(&visit, locale).to_ics(unix_now_ms());
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"visit.ics\""),
    ];
    Ok((headers, file).into_response())
}

fn entry(visit: &BookedVisit, locale: Locale) -> CalendarEntry {
    let (summary, description) = match locale {
        Locale::ZhTw => (
            "行動接見",
            "時間到之前，系統會以簡訊傳送連結到您登記的手機。請先充飽電，並找一個安靜、網路穩定的地方。",
        ),
        Locale::En => (
            "Video visit",
            "Shortly before the time a text message brings the link to your registered phone. Charge it, and \
             find a quiet place with a good connection.",
        ),
        Locale::Vi => (
            "Thăm gặp qua video",
            "Gần đến giờ, liên kết sẽ được gửi qua tin nhắn đến số điện thoại đã đăng ký. Xin sạc đầy pin và tìm \
             nơi yên tĩnh, có mạng ổn định.",
        ),
        Locale::Id => (
            "Kunjungan video",
            "Menjelang waktunya, tautan dikirim lewat SMS ke nomor Anda yang terdaftar. Mohon isi baterai dan \
             cari tempat yang tenang dengan jaringan stabil.",
        ),
        Locale::Th => (
            "เยี่ยมทางวิดีโอ",
            "ก่อนถึงเวลา ระบบจะส่งลิงก์ทาง SMS ไปยังโทรศัพท์ที่ท่านลงทะเบียนไว้ กรุณาชาร์จแบตเตอรี่และหาที่เงียบที่มีสัญญาณดี",
        ),
    };
    let method = match visit.state {
        VisitState::Cancelled | VisitState::Terminated => CalendarMethod::Cancel,
        _ => CalendarMethod::Publish,
    };
    CalendarEntry {
        visit: visit.id,
        slot: visit.slot,
        summary: summary.into(),
        description: description.into(),
        location: visit.facility_name.written_in(locale),
        method,
    }
}
