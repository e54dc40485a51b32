//! 正體中文

use protocol::ErrorCode;

pub(super) const fn text(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadMessage | ErrorCode::HelloExpected => {
            "這個頁面和服務之間的訊息無法辨識。請重新整理頁面；若仍無法使用，請聯絡機關的接見窗口。"
        }
        ErrorCode::VersionUnsupported => "服務已更新。請重新整理頁面後再試一次。",
        ErrorCode::HelloTimeout => "連線花的時間太久。頁面會自動再試一次。",
        ErrorCode::TooFast => "連線太頻繁，稍候會自動再試一次。",
        ErrorCode::OfferNotUsable => {
            "這個瀏覽器無法建立視訊通話。請改用手機上最新版的 Chrome 或 Safari 開啟簡訊中的連結。"
        }
        ErrorCode::LinkIncomplete => {
            "這個連結不完整，可能在複製時少了幾個字。請直接點選簡訊裡的連結。"
        }
        ErrorCode::LinkDamaged => "這個連結有字元不正確。請直接點選簡訊裡的連結，不要手動輸入。",
        ErrorCode::LinkUnrecognised => {
            "這裡無法辨識這個連結。請找出最新的一則簡訊，點選其中的連結。"
        }
        ErrorCode::LinkOver => "這次接見的時間已經結束。您可以預約下一次接見。",
        ErrorCode::LinkWithdrawn => "這個連結已經停用。若您收到較新的簡訊，請改用其中的連結。",
        ErrorCode::LinkWithoutVisit => {
            "這個連結所屬的接見，您已不在名單中，或已經取消。請查看您的接見，或詢問預約的人。"
        }
        ErrorCode::VisitFlagged => {
            "機關正在確認這次接見。確認照常進行後，同一個連結就能再使用，我們會寄電子郵件通知您。"
        }
        ErrorCode::LinkUsed => {
            "這個連結已在另一支手機上開啟。若您換了手機，我們可以傳送新的連結到您登記的門號。"
        }
        ErrorCode::GrantNotValid => "這次連線需要重新確認。請再點選一次簡訊裡的連結。",
        ErrorCode::GrantOver => "這次接見的時間已經結束。謝謝您。",
        ErrorCode::GrantSuperseded => "已有較新的連結取代這次連線。請點選最新一則簡訊裡的連結。",
        ErrorCode::TerminalNotKnown => "這台設備尚未配對。請通知機關資訊人員重新配對。",
        ErrorCode::TestNotValid => "這次測試已經結束，請再測試一次。",
        ErrorCode::Busy => "服務目前忙碌，稍候會自動再試一次。您不需要做任何事。",
        ErrorCode::Unavailable => {
            "服務有一部分暫時無法使用，稍候會自動再試一次。您不需要做任何事。"
        }
    }
}
