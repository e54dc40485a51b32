//! What people read when a request is refused.

use protocol::Locale;

use crate::ProblemCode;

/// Title and detail of a problem. Languages that have no texts of their own yet read the English ones.
pub(crate) const fn text(code: ProblemCode, locale: Locale) -> (&'static str, &'static str) {
    match locale {
        Locale::ZhTw => chinese(code),
        Locale::En | Locale::Vi | Locale::Id | Locale::Th => english(code),
    }
}

const fn chinese(code: ProblemCode) -> (&'static str, &'static str) {
    match code {
        ProblemCode::NotFound => ("查無此頁", "這個網址沒有對應的服務。"),
        ProblemCode::MethodNotAllowed => ("不支援的操作", "這個網址不支援這種操作。"),
        ProblemCode::BadRequest => (
            "資料格式不符",
            "送出的資料格式不正確，請重新整理頁面後再試。",
        ),
        ProblemCode::NotSignedIn => ("尚未登入", "請重新登入後再繼續。"),
        ProblemCode::NotAllowed => ("權限不足", "您的職務不包含這項作業，如有需要請洽管理人員。"),
        ProblemCode::PasswordIsTemporary => {
            ("請先變更密碼", "您使用的是臨時密碼，請先設定自己的密碼。")
        }
        ProblemCode::VisitNotFound => ("查無此接見", "貴機關沒有這一場接見。"),
        ProblemCode::VisitNotOpen => ("接見不在進行時段", "這場接見尚未開放，或已經結束。"),
        ProblemCode::ReasonLength => (
            "請填寫理由",
            "終止接見須以書面敘明理由，長度為 5 至 500 字。",
        ),
        ProblemCode::LinkNotPossible => (
            "無法寄出連結",
            "這個席位沒有接見人，或這場接見已經不能加入。",
        ),
        ProblemCode::InvalidFields => {
            ("有些欄位需要再確認", "請查看標示的欄位，修改後再送出一次。")
        }
        ProblemCode::ForeignOrigin => ("無法從其他網站操作", "請直接開啟本服務的網頁後再試一次。"),
        ProblemCode::TooManyRequests => ("操作次數較多", "請等候幾分鐘後再試一次。"),
        ProblemCode::Unavailable => ("服務暫時無法使用", "請稍候片刻再試一次。"),
    }
}

const fn english(code: ProblemCode) -> (&'static str, &'static str) {
    match code {
        ProblemCode::NotFound => ("Not found", "There is nothing under this address."),
        ProblemCode::MethodNotAllowed => (
            "Not possible here",
            "This address does not offer what was asked of it.",
        ),
        ProblemCode::BadRequest => (
            "Not understood",
            "What was sent is not of the expected form. Reload the page, then try again.",
        ),
        ProblemCode::NotSignedIn => ("Not signed in", "Please sign in again to continue."),
        ProblemCode::NotAllowed => (
            "Not among your duties",
            "Your roles do not include this. If you need it, please ask an administrator.",
        ),
        ProblemCode::PasswordIsTemporary => (
            "Please change your password first",
            "You signed in with a temporary password. Please choose one of your own.",
        ),
        ProblemCode::VisitNotFound => ("No such visit", "Your facility has no such visit."),
        ProblemCode::VisitNotOpen => (
            "The visit is not open",
            "This visit has not opened yet, or it has ended already.",
        ),
        ProblemCode::ReasonLength => (
            "A reason is needed",
            "Ending a visit needs a written reason of 5 to 500 characters.",
        ),
        ProblemCode::LinkNotPossible => (
            "No link can be sent",
            "Nobody has this seat, or the visit cannot be joined any more.",
        ),
        ProblemCode::InvalidFields => (
            "Some fields need another look",
            "Please look at the fields that are marked, then send the form again.",
        ),
        ProblemCode::ForeignOrigin => (
            "Not possible from another site",
            "Please open the page of this service itself, then try again.",
        ),
        ProblemCode::TooManyRequests => (
            "Many requests came in",
            "Please wait some minutes, then try again.",
        ),
        ProblemCode::Unavailable => (
            "The service is away for the moment",
            "Please try again in a little while.",
        ),
    }
}
