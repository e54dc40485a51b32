//! Tiếng Việt

use protocol::ErrorCode;

pub(super) const fn text(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadMessage | ErrorCode::HelloExpected => {
            "Trang này chưa trao đổi được với dịch vụ. Xin tải lại trang; nếu vẫn không được, xin liên hệ bộ phận thăm gặp của cơ sở cải huấn."
        }
        ErrorCode::VersionUnsupported => "Dịch vụ đã được cập nhật. Xin tải lại trang.",
        ErrorCode::HelloTimeout => "Kết nối mất quá nhiều thời gian. Trang sẽ tự thử lại.",
        ErrorCode::TooFast => "Có quá nhiều lần thử trong thời gian ngắn. Trang sẽ tự thử lại.",
        ErrorCode::OfferNotUsable => {
            "Trình duyệt này không thể gọi video. Xin mở liên kết trong tin nhắn bằng Chrome hoặc Safari phiên bản mới."
        }
        ErrorCode::LinkIncomplete => {
            "Liên kết này chưa đầy đủ, có thể bị mất một phần khi sao chép. Xin bấm trực tiếp vào liên kết trong tin nhắn."
        }
        ErrorCode::LinkDamaged => {
            "Liên kết này có ký tự không đúng. Xin bấm trực tiếp vào liên kết trong tin nhắn, không cần gõ lại."
        }
        ErrorCode::LinkUnrecognised => {
            "Dịch vụ không nhận ra liên kết này. Xin tìm tin nhắn mới nhất và bấm vào liên kết trong đó."
        }
        ErrorCode::LinkOver => "Buổi thăm gặp này đã kết thúc. Quý vị có thể đặt buổi tiếp theo.",
        ErrorCode::LinkWithdrawn => {
            "Liên kết này không còn hiệu lực. Nếu có tin nhắn mới hơn, xin dùng liên kết trong tin nhắn đó."
        }
        ErrorCode::LinkWithoutVisit => {
            "Liên kết này không còn thuộc lịch thăm nào của quý vị: quý vị không còn trong danh sách, hoặc lịch đã hủy. Xin xem lịch thăm của mình hoặc hỏi người đã đặt."
        }
        ErrorCode::VisitFlagged => {
            "Cơ sở cải huấn đang xem xét buổi thăm gặp này. Nếu cơ sở xác nhận lại, chính liên kết này sẽ dùng được. Chúng tôi sẽ gửi email cho quý vị."
        }
        ErrorCode::LinkUsed => {
            "Liên kết này đã được mở trên thiết bị khác. Nếu quý vị đổi điện thoại, chúng tôi có thể gửi liên kết mới đến số đã đăng ký."
        }
        ErrorCode::GrantNotValid => {
            "Kết nối này cần được xác nhận lại. Xin bấm lại vào liên kết trong tin nhắn."
        }
        ErrorCode::GrantOver => "Buổi thăm gặp này đã kết thúc. Xin cảm ơn quý vị.",
        ErrorCode::GrantSuperseded => {
            "Đã có liên kết mới hơn thay thế kết nối này. Xin bấm vào liên kết trong tin nhắn mới nhất."
        }
        ErrorCode::TerminalNotKnown => {
            "Thiết bị này chưa được ghép nối. Xin báo nhân viên kỹ thuật của cơ sở ghép nối lại."
        }
        ErrorCode::TestNotValid => "Lần kiểm tra này đã kết thúc. Xin bắt đầu kiểm tra lại.",
        ErrorCode::Busy => "Dịch vụ đang bận. Trang sẽ tự thử lại; quý vị không cần làm gì.",
        ErrorCode::Unavailable => {
            "Một phần của dịch vụ tạm thời gián đoạn. Trang sẽ tự thử lại; quý vị không cần làm gì."
        }
    }
}
