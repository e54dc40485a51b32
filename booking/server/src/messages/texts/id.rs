//! Bahasa Indonesia

use booking_domain::{Cause, MessageKind};
use protocol::Locale;

use super::{Facts, Language, Letter};
use crate::date_words::date_in_words;

const INMATE: &str = "orang yang Anda kunjungi";
const FACILITY: &str = "lembaga";

pub(super) const LANGUAGE: Language = Language {
    greeting,
    facility: " ({})",
    telephone: "Telepon {facility}: {telephone}",
    letter,
    closing,
    sms,
    cause,
};

fn greeting(facts: &Facts<'_>) -> String {
    format!("Yth. {},", facts.name())
}

fn closing(facts: &Facts<'_>) -> String {
    format!(
        "Layanan kunjungan video\n{site}\n\nEmail ini dikirim otomatis oleh {host}; mohon tidak dibalas. Tautan kami selalu dimulai dengan {site}, dan kami tidak pernah meminta kata sandi atau uang.",
        site = facts.site,
        host = facts.host(),
    )
}

fn visit(facts: &Facts<'_>) -> String {
    let Some((starts, ends)) = facts.slot() else {
        return String::new();
    };
    format!(
        "Waktu: {}, pukul {}–{} (waktu Taiwan)\nLembaga: {}\nYang dikunjungi: {}",
        date_in_words(starts.date(), Locale::Id),
        starts.strftime("%H.%M"),
        ends.strftime("%H.%M"),
        facts.facility(FACILITY),
        facts.inmate(INMATE),
    )
}

fn letter(kind: MessageKind, facts: &Facts<'_>) -> Letter {
    let (inmate, facility) = (facts.inmate(INMATE), facts.facility(FACILITY));
    let person = facts.person("Pengunjung lain");
    let link = facts.link.as_str();
    match kind {
        MessageKind::VerifyEmail => Letter::new(
            "Mohon konfirmasi alamat email Anda",
            [
                format!("Buka tautan ini untuk memastikan bahwa ini alamat email Anda:\n{link}"),
                "Tautan berlaku selama 10 menit. Setelah itu, mintalah lagi di halaman pendaftaran.".into(),
                "Jika Anda tidak mendaftar, abaikan saja email ini.".into(),
            ],
        ),
        MessageKind::AccountExists => Letter::new(
            "Anda sudah memiliki akun",
            [
                "Baru saja ada yang mendaftar dengan email atau nomor identitas Anda, sedangkan Anda sudah memiliki akun.".into(),
                format!("Jika itu Anda, silakan masuk. Jika lupa kata sandi, Anda dapat mengaturnya kembali di sini:\n{link}"),
                "Jika bukan Anda, akun Anda tidak berubah dan tidak ada yang perlu dilakukan.".into(),
            ],
        ),
        MessageKind::PasswordReset => Letter::new(
            "Atur kata sandi baru",
            [
                format!("Buka tautan ini untuk mengatur kata sandi baru:\n{link}"),
                "Tautan berlaku satu kali, dalam 30 menit.".into(),
                "Jika Anda tidak memintanya, abaikan saja email ini; kata sandi Anda tetap sama.".into(),
            ],
        ),
        MessageKind::PasswordChanged => Letter::new(
            "Kata sandi Anda telah diubah",
            [
                "Kata sandi Anda baru saja diubah, dan semua perangkat lain telah keluar dari akun.".into(),
                format!("Jika bukan Anda yang mengubahnya, segera atur kata sandi baru:\n{link}"),
            ],
        ),
        MessageKind::PhoneChanged => Letter::new(
            "Nomor ponsel Anda telah diubah",
            [
                "Nomor ponsel pada akun Anda baru saja diubah. Tautan kunjungan selanjutnya dikirim ke nomor yang baru.".into(),
                format!("Jika bukan Anda yang mengubahnya, segera atur kata sandi baru, lalu perbaiki nomor di akun Anda:\n{link}"),
            ],
        ),
        MessageKind::AddressCorrected => Letter::new(
            "Alamat email akun Anda telah dibetulkan",
            [
                "Setelah Anda menunjukkan identitas di lembaga, petugas membetulkan alamat email akun Anda. Mulai sekarang silakan masuk dengan alamat yang baru; email dari kami juga dikirim ke sana.".into(),
                format!("Jika Anda lupa kata sandi, Anda dapat mengaturnya lagi di halaman masuk. Jika Anda tidak memintanya, segera hubungi lembaga:\n{link}"),
            ],
        ),
        MessageKind::IdentityCorrected => Letter::new(
            "Data pribadi Anda telah dibetulkan",
            [
                format!("Setelah memeriksa dokumen Anda, petugas {facility} membetulkan nama, nomor identitas, atau tanggal lahir di akun Anda. Permohonan dan izin Anda tetap seperti semula."),
                format!("Setelah masuk, Anda dapat melihat data yang sudah dibetulkan di akun Anda. Jika masih ada yang salah, atau Anda tidak memintanya, silakan hubungi {facility}:\n{link}"),
            ],
        ),
        MessageKind::AccountSuspended => Letter::new(
            "Akun Anda dihentikan sementara",
            [
                "Petugas yang mengelola layanan ini telah menghentikan akun Anda untuk sementara. Saat ini Anda belum dapat masuk atau memesan kunjungan.".into(),
                facts.reason("Alasan: {}"),
                "Permohonan dan izin Anda tetap seperti semula. Jika ada kunjungan yang sudah dipesan, lembaga sedang memeriksanya, dan kami akan mengirim email kepada Anda tentang masing-masing.".into(),
                "Jika ada pertanyaan, atau menurut Anda keadaannya berbeda, silakan bertanya kepada lembaga tempat Anda berkunjung. Petugasnya akan meneruskannya, dan keputusan ini dapat ditinjau lagi.".into(),
                "Selama itu Anda juga dapat meminta salinan data pribadi Anda kepada lembaga (dijawab dalam 15 hari), atau meminta data diperbaiki atau dihapus dan akun ditutup (dijawab dalam 30 hari).".into(),
                format!("Kami akan segera mengirim email bila akun sudah dibuka kembali. Anda lalu dapat masuk di sini seperti biasa:\n{link}"),
            ],
        ),
        MessageKind::AccountReinstated => Letter::new(
            "Akun Anda sudah dibuka kembali",
            [
                "Anda dapat masuk dan memesan kunjungan lagi seperti biasa. Permohonan dan izin Anda tidak berubah.".into(),
                "Jika ada kunjungan yang sedang diperiksa, lembaga tetap akan memutuskannya, dan kami akan mengirim email kepada Anda.".into(),
                format!("Masuk di sini:\n{link}"),
            ],
        ),
        MessageKind::ApplicationReceived => Letter::new(
            "Permohonan Anda sedang diperiksa",
            [
                format!("Kami telah menerima permohonan Anda untuk mengunjungi {inmate}. {facility} sedang memeriksanya."),
                "Kami akan mengirim email bila ada hasilnya. Sekarang tidak ada yang perlu dilakukan.".into(),
                format!("Anda dapat melihat perkembangannya kapan saja:\n{link}"),
            ],
        ),
        MessageKind::ApplicationNeedsMore => Letter::new(
            "Permohonan Anda perlu dilengkapi",
            [
                format!("{facility} telah memeriksa permohonan Anda untuk mengunjungi {inmate} dan masih memerlukan tambahan."),
                facts.reason("Catatan petugas: {}"),
                format!("Silakan lengkapi di sini, lalu kirim kembali:\n{link}"),
            ],
        ),
        MessageKind::ApplicationApproved => Letter::new(
            "Permohonan Anda disetujui",
            [
                format!("{facility} telah menyetujui permohonan Anda untuk mengunjungi {inmate}."),
                format!("Sekarang Anda dapat memesan kunjungan:\n{link}"),
            ],
        ),
        MessageKind::ApplicationRefused => Letter::new(
            "Permohonan Anda tidak disetujui",
            [
                format!("Kali ini {facility} belum dapat menyetujui permohonan Anda untuk mengunjungi {inmate}."),
                facts.reason("Alasan: {}"),
                format!("Jika keadaan berubah, atau ada yang dapat dilengkapi, Anda dapat mengajukan lagi:\n{link}"),
            ],
        ),
        MessageKind::ApplicationRevoked => Letter::new(
            "Izin kunjungan Anda telah berakhir",
            [
                format!("Izin Anda untuk mengunjungi {inmate} telah berakhir."),
                facts.reason("Alasan: {}"),
                format!("Untuk berkunjung lagi, silakan ajukan permohonan baru; {facility} akan menjawab pertanyaan Anda:\n{link}"),
            ],
        ),
        MessageKind::ApplicationWithdrawn => Letter::new(
            "Permohonan Anda sudah ditarik",
            [
                format!("Anda telah menarik permohonan untuk mengunjungi {inmate}. {facility} tidak memeriksanya lagi, dan permohonan itu tidak dapat dipakai untuk memesan kunjungan."),
                "Jika masih ada kunjungan dengan orang ini, lembaga memeriksa apakah kunjungan itu dapat berlangsung. Kami akan mengirim email untuk setiap kunjungan.".into(),
                format!("Untuk berkunjung nanti, Anda dapat mengajukan permohonan baru:\n{link}"),
                format!("Jika bukan Anda yang menariknya, mohon segera ganti kata sandi dan beri tahu {facility}."),
            ],
        ),
        MessageKind::CompanionInvited => Letter::new(
            format!("{person} ingin berkunjung bersama Anda"),
            [
                format!("{person} ingin mengunjungi {inmate} bersama Anda."),
                format!("Mohon jawab di sini apakah Anda setuju:\n{link}"),
                "Untuk berkunjung bersama, Anda juga memerlukan permohonan yang disetujui untuk orang yang sama.".into(),
            ],
        ),
        MessageKind::CompanionAgreed => Letter::new(
            format!("{person} setuju berkunjung bersama"),
            [
                format!("{person} setuju mengunjungi {inmate} bersama Anda."),
                format!("Anda dapat menambahkannya saat memesan kunjungan:\n{link}"),
            ],
        ),
        MessageKind::VisitConfirmed => Letter::new(
            "Kunjungan Anda telah dipesan",
            [
                "Kunjungan video Anda telah dipesan.".into(),
                visit(facts),
                facts.opening("Sehari sebelumnya, Anda menerima SMS untuk mengetes ponsel. {} menit sebelum mulai, Anda menerima SMS lain dengan tautan untuk masuk."),
                format!("Untuk mengubah atau membatalkan:\n{link}"),
            ],
        ),
        MessageKind::VisitChanged => Letter::new(
            "Ada perubahan pada kunjungan Anda",
            [
                "Ada yang berubah pada kunjungan video Anda. Berikut keterangan terbaru.".into(),
                visit(facts),
                facts.party("Pengunjung: {}", ", "),
                facts.reason_if_any("Alasan: {}"),
                facts.if_flagged("Lembaga masih memeriksa apakah kunjungan ini dapat berlangsung, dan kami akan memberi tahu Anda."),
                format!("Rinciannya:\n{link}"),
            ],
        ),
        MessageKind::VisitLeft => Letter::new(
            "Anda tidak lagi ikut dalam kunjungan ini",
            [
                "Anda tidak lagi termasuk pengunjung dalam kunjungan video berikut. Kami tidak akan mengirim tautan untuk kunjungan ini kepada Anda.".into(),
                visit(facts),
                facts.reason_if_any("Alasan: {}"),
                format!("Jika ada pertanyaan, silakan hubungi {facility}. Anda dapat melihat kunjungan Anda atau memesan yang lain di sini:\n{link}"),
            ],
        ),
        MessageKind::VisitCancelled => Letter::new(
            "Kunjungan Anda dibatalkan",
            [
                "Kunjungan video berikut dibatalkan.".into(),
                visit(facts),
                facts.reason_if_any("Alasan: {}"),
                format!("Anda dapat memesan waktu lain:\n{link}"),
            ],
        ),
        MessageKind::VisitFlagged => Letter::new(
            "Kunjungan Anda sedang diperiksa",
            [
                "Karena ada data yang berubah, lembaga sedang memeriksa kunjungan video berikut.".into(),
                visit(facts),
                facts.reason("Alasan: {}"),
                "Kami akan mengirim email bila sudah jelas. Sekarang tidak ada yang perlu dilakukan.".into(),
                format!("Status saat ini:\n{link}"),
            ],
        ),
        MessageKind::VisitResumed => Letter::new(
            "Kunjungan Anda dilanjutkan",
            [
                "Lembaga sudah mengonfirmasi lagi kunjungan video ini: kunjungan dilanjutkan sampai waktunya habis.".into(),
                visit(facts),
                "Mohon buka lagi tautan di SMS terakhir. Jika belum ada, tautannya segera datang.".into(),
                format!("Status saat ini:\n{link}"),
            ],
        ),
        MessageKind::VisitEnded => Letter::new(
            "Kunjungan Anda diakhiri lebih awal",
            [
                "Kunjungan video berikut diakhiri sebelum waktunya habis.".into(),
                visit(facts),
                facts.reason("Alasan: {}"),
                facts.counting("Kunjungan ini dihitung dalam jatah kunjungan bulan itu.", "Kunjungan ini tidak dihitung dalam jatah kunjungan bulan itu."),
                format!("Jika ada pertanyaan atau pendapat lain, silakan hubungi {facility}."),
                format!("Anda dapat memesan waktu lain:\n{link}"),
            ],
        ),
        MessageKind::FacilityNotice => Letter::new(
            match facts.event() {
                "changed" => "Sebuah kunjungan berubah",
                "cancelled" => "Sebuah kunjungan dibatalkan",
                "flagged" => "Sebuah kunjungan perlu diperiksa",
                "resumed" => "Sebuah kunjungan dilanjutkan",
                "ended" => "Sebuah kunjungan diakhiri lebih awal",
                _ => "Kunjungan baru dipesan",
            },
            [
                match facts.event() {
                    "changed" => "Kunjungan video berikut berubah. Mohon beri tahu warga binaan.",
                    "cancelled" => "Kunjungan video berikut dibatalkan. Mohon beri tahu warga binaan.",
                    "flagged" => "Ada data yang berubah pada kunjungan video berikut. Mohon diperiksa.",
                    "resumed" => "Kunjungan video berikut dikonfirmasi lagi dan waktunya sudah mulai. Mohon antar warga binaan ke perangkat.",
                    "ended" => "Kunjungan video berikut diakhiri sebelum waktunya habis. Mohon beri tahu warga binaan.",
                    _ => "Sebuah kunjungan video dipesan. Mohon beri tahu warga binaan.",
                }
                .into(),
                visit(facts),
                facts.inmate_number("Nomor registrasi: {}"),
                facts.reason_if_any("Alasan: {}"),
                format!("Rinciannya:\n{link}"),
            ],
        ),
        MessageKind::TestLink => Letter::new(
            "Mohon tes ponsel Anda",
            [
                "Waktu kunjungan video Anda sudah dekat.".into(),
                visit(facts),
                format!("Mohon tes kamera, mikrofon, dan jaringan dengan ponsel yang akan Anda pakai:\n{link}"),
            ],
        ),
        MessageKind::JoinLink | MessageKind::NewJoinLink => Letter::new(
            "Tautan kunjungan Anda",
            [
                visit(facts),
                format!("Buka tautan ini untuk masuk. Tautan hanya berlaku di satu ponsel:\n{link}"),
            ],
        ),
        MessageKind::VisitMissed => Letter::new(
            "Waktu kunjungan Anda telah berakhir",
            [
                "Waktu kunjungan video berikut telah berakhir, dan kami tidak melihat Anda masuk.".into(),
                visit(facts),
                format!("Jika SMS tidak sampai, atau sulit masuk, mohon beri tahu {facility}: catatannya dapat diperiksa."),
                format!("Anda dapat memesan waktu lain:\n{link}"),
            ],
        ),
        MessageKind::TimeGivenBack => Letter::new(
            "Kunjungan ini tidak dihitung",
            [
                "Mohon maaf: kunjungan video berikut tidak berjalan sebagaimana mestinya, dan bukan karena Anda.".into(),
                visit(facts),
                facts.reason_if_any("Alasan: {}"),
                "Kunjungan ini tidak dihitung dalam jatah kunjungan bulan itu.".into(),
                format!("Anda dapat memesan waktu lain:\n{link}"),
            ],
        ),
    }
}

fn sms(kind: MessageKind, facts: &Facts<'_>) -> Option<String> {
    let link = &facts.link;
    Some(match kind {
        MessageKind::JoinLink => {
            let time = facts.time("%H.%M");
            facts.adding(", ", |facility| {
                format!("Kunjungan video pukul {time}{facility}. Ketuk untuk masuk: {link}")
            })
        }
        MessageKind::NewJoinLink => {
            let time = facts.time("%H.%M");
            facts.adding(", ", |facility| format!("Kunjungan video pukul {time}{facility}. Tautan baru, yang lama tidak berlaku: {link}"))
        }
        MessageKind::TestLink => {
            let time = facts.time("%-d/%-m pukul %H.%M");
            facts.adding(", ", |facility| {
                format!("Kunjungan video {time}{facility}. Mohon tes ponsel Anda dulu: {link}")
            })
        }
        MessageKind::VisitResumed => format!(
            "Kunjungan video dilanjutkan sampai pukul {}. Mohon buka lagi tautan di SMS terakhir.",
            facts.end_time("%H.%M")
        ),
        MessageKind::PhoneChanged => format!(
            "Nomor ponsel Anda untuk kunjungan video telah diubah. Jika bukan Anda, silakan lihat: {link}"
        ),
        _ => return None,
    })
}

const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::InmateTransferred => "Pemindahan ke lembaga lain",
        Cause::InmateReleased => "Pembebasan",
        Cause::ApprovalEnded => "Persetujuan yang diperlukan untuk kunjungan telah berakhir",
        Cause::Restricted => "Pembatasan kunjungan berlaku pada waktu itu",
        Cause::Suspended => "Salah satu pengunjung untuk sementara tidak dapat ikut berkunjung",
        Cause::NoAdult => "Tidak ada lagi orang dewasa yang ikut berkunjung",
    }
}
