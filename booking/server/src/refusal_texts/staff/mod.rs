//! The same refusals as staff read them.
//!
//! To a visitor a refusal speaks of the visitor; staff look at somebody else's visit or application. So where
//! both may be refused for one reason, staff have words of their own: what stands in the way, and what they
//! can do. The console is written in two languages, and so are these.

mod en;
mod zh_tw;

use protocol::Locale;

use crate::ProblemCode;

/// Title and detail, where staff read something else than visitors.
pub(super) const fn problem(
    code: ProblemCode,
    locale: Locale,
) -> Option<(&'static str, &'static str)> {
    match locale {
        Locale::ZhTw => zh_tw::problem(code),
        Locale::En | Locale::Vi | Locale::Id | Locale::Th => en::problem(code),
    }
}
