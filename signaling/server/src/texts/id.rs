//! Bahasa Indonesia

use protocol::ErrorCode;

pub(super) const fn text(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadMessage | ErrorCode::HelloExpected => {
            "Halaman ini tidak dapat berkomunikasi dengan layanan. Mohon muat ulang halaman; jika belum berhasil, hubungi bagian kunjungan di lembaga pemasyarakatan."
        }
        ErrorCode::VersionUnsupported => "Layanan telah diperbarui. Mohon muat ulang halaman.",
        ErrorCode::HelloTimeout => {
            "Penyambungan terlalu lama. Halaman akan mencoba lagi secara otomatis."
        }
        ErrorCode::TooFast => {
            "Terlalu banyak percobaan dalam waktu singkat. Halaman akan mencoba lagi secara otomatis."
        }
        ErrorCode::OfferNotUsable => {
            "Browser ini tidak dapat melakukan panggilan video. Mohon buka tautan di SMS dengan Chrome atau Safari terbaru."
        }
        ErrorCode::LinkIncomplete => {
            "Tautan ini tidak lengkap; mungkin ada bagian yang hilang saat disalin. Mohon ketuk langsung tautan di SMS."
        }
        ErrorCode::LinkDamaged => {
            "Ada huruf yang tidak sesuai pada tautan ini. Mohon ketuk langsung tautan di SMS, tidak perlu diketik."
        }
        ErrorCode::LinkUnrecognised => {
            "Tautan ini tidak dikenal di sini. Mohon cari SMS terbaru dan ketuk tautan di dalamnya."
        }
        ErrorCode::LinkOver => {
            "Waktu kunjungan ini sudah berakhir. Anda dapat memesan kunjungan berikutnya."
        }
        ErrorCode::LinkWithdrawn => {
            "Tautan ini tidak berlaku lagi. Jika ada SMS yang lebih baru, mohon gunakan tautan di dalamnya."
        }
        ErrorCode::LinkWithoutVisit => {
            "Tautan ini bukan lagi untuk kunjungan Anda: nama Anda tidak lagi dalam daftar, atau kunjungan dibatalkan. Lihat kunjungan Anda, atau tanyakan kepada yang memesan."
        }
        ErrorCode::VisitFlagged => {
            "Lembaga pemasyarakatan sedang memeriksa kunjungan ini. Jika lembaga mengonfirmasinya lagi, tautan yang sama ini dapat dipakai. Kami akan mengirim email kepada Anda."
        }
        ErrorCode::LinkUsed => {
            "Tautan ini sudah dibuka di perangkat lain. Jika Anda berganti ponsel, kami dapat mengirim tautan baru ke nomor terdaftar."
        }
        ErrorCode::GrantNotValid => {
            "Sambungan ini perlu dikonfirmasi lagi. Mohon ketuk sekali lagi tautan di SMS."
        }
        ErrorCode::GrantOver => "Waktu kunjungan ini sudah berakhir. Terima kasih.",
        ErrorCode::GrantSuperseded => {
            "Tautan yang lebih baru menggantikan sambungan ini. Mohon ketuk tautan di SMS terbaru."
        }
        ErrorCode::TerminalNotKnown => {
            "Perangkat ini belum dipasangkan. Mohon minta petugas teknis memasangkannya kembali."
        }
        ErrorCode::TestNotValid => "Tes ini sudah berakhir. Silakan mulai tes sekali lagi.",
        ErrorCode::Busy => {
            "Layanan sedang sibuk. Halaman akan mencoba lagi secara otomatis; Anda tidak perlu melakukan apa pun."
        }
        ErrorCode::Unavailable => {
            "Sebagian layanan sedang terputus sementara. Halaman akan mencoba lagi secara otomatis; Anda tidak perlu melakukan apa pun."
        }
    }
}
