//! Bahasa Indonesia

use crate::{FieldCode, ProblemCode};

pub(super) const fn problem(code: ProblemCode) -> (&'static str, &'static str) {
    match code {
        ProblemCode::NotFound => ("Tidak ditemukan", "Tidak ada apa pun di alamat ini."),
        ProblemCode::MethodNotAllowed => (
            "Tidak dapat dilakukan di sini",
            "Alamat ini tidak menyediakan tindakan itu.",
        ),
        ProblemCode::BadRequest => (
            "Format data belum sesuai",
            "Format data yang dikirim belum sesuai. Mohon muat ulang halaman, lalu coba lagi.",
        ),
        ProblemCode::NotSignedIn => ("Belum masuk", "Silakan masuk lagi untuk melanjutkan."),
        ProblemCode::NotAllowed => (
            "Bukan bagian tugas Anda",
            "Tugas Anda tidak mencakup hal ini. Jika memerlukannya, mohon tanyakan kepada pengelola.",
        ),
        ProblemCode::PasswordIsTemporary => (
            "Mohon ubah kata sandi dulu",
            "Anda memakai kata sandi sementara. Silakan buat kata sandi Anda sendiri.",
        ),
        ProblemCode::VisitNotFound => (
            "Kunjungan tidak ditemukan",
            "Kunjungan ini tidak ada di sini.",
        ),
        ProblemCode::WrongCredentials => (
            "Belum dapat masuk",
            "Akun atau kata sandi belum tepat. Silakan coba lagi.",
        ),
        ProblemCode::WrongCode => (
            "Kodenya belum tepat",
            "Masukkan enam angka yang sedang ditampilkan aplikasi; setiap kode berlaku satu kali.",
        ),
        ProblemCode::SecondFactorState => (
            "Langkah ini belum dapat dilakukan",
            "Pengaturan verifikasi dua langkah sudah berubah. Silakan masuk lagi.",
        ),
        ProblemCode::ChangedMeanwhile => (
            "Data sudah berubah",
            "Baru saja ada yang mengubah data ini. Mohon muat ulang, lalu coba lagi.",
        ),
        ProblemCode::LastAdministrator => (
            "Harus ada setidaknya satu pengelola",
            "Mohon tunjuk pengelola lain dulu.",
        ),
        ProblemCode::EmailNotVerified => (
            "Alamat email belum dikonfirmasi",
            "Mohon buka email yang kami kirim. Jika tidak sampai atau sudah kedaluwarsa, mintalah yang baru.",
        ),
        ProblemCode::AccountSuspended => (
            "Akun sedang dihentikan sementara",
            "Akun ini sedang tidak dapat dipakai. Mohon hubungi lembaga.",
        ),
        ProblemCode::AccountState => (
            "Status akun sudah berubah",
            "Status akun ini sudah berbeda. Mohon muat ulang halaman untuk melihatnya.",
        ),
        ProblemCode::LetterExpired => (
            "Tautan ini tidak berlaku lagi",
            "Tautan ini sudah dipakai atau sudah lewat waktunya. Mohon minta email yang baru.",
        ),
        ProblemCode::AccountHasVisits => (
            "Masih ada kunjungan yang dipesan",
            "Mohon batalkan dulu kunjungan yang dipesan atau mundur darinya, lalu tutup akun.",
        ),
        ProblemCode::VisitNotOpen => (
            "Di luar waktu kunjungan",
            "Kunjungan ini belum dibuka, atau sudah berakhir.",
        ),
        ProblemCode::ReasonLength => (
            "Alasan diperlukan",
            "Mohon tulis alasan sepanjang 5 sampai 500 karakter.",
        ),
        ProblemCode::LinkNotPossible => (
            "Tautan tidak dapat dikirim",
            "Tempat ini tidak ada pengunjungnya, atau kunjungan tidak dapat diikuti lagi.",
        ),
        ProblemCode::ApplicationExists => (
            "Sudah ada permohonan",
            "Anda sudah memiliki permohonan untuk orang ini. Lihat di “Permohonan saya”.",
        ),
        ProblemCode::ApplicationState => (
            "Saat ini belum dapat dilakukan",
            "Status permohonan sudah berubah. Mohon muat ulang halaman untuk melihatnya.",
        ),
        ProblemCode::ApplicationWithdrawn => (
            "Permohonan sudah ditarik",
            "Pemohon sudah menarik permohonan ini, sehingga tidak dapat diproses lagi. Permohonan baru dapat diajukan.",
        ),
        ProblemCode::ApplicationIncomplete => (
            "Ada yang masih kurang",
            "Mohon lengkapi yang ditandai, lalu kirim permohonan.",
        ),
        ProblemCode::InmateNotFound => (
            "Orang ini tidak ditemukan",
            "Nomor registrasi dan nama harus sama-sama benar. Mohon periksa lagi.",
        ),
        ProblemCode::InmateGone => (
            "Tidak lagi di lembaga ini",
            "Orang ini sudah pindah atau sudah keluar. Lembaga dapat menjelaskan lebih lanjut.",
        ),
        ProblemCode::TooManyOpen => (
            "Masih ada beberapa yang belum selesai",
            "Mohon selesaikan beberapa dulu sebelum menambah yang baru.",
        ),
        ProblemCode::DocumentType => (
            "Jenis berkas ini tidak dapat dipakai",
            "Mohon unggah gambar JPG atau PNG. Dokumen bukti boleh juga PDF.",
        ),
        ProblemCode::DocumentUnreadable => (
            "Berkas tidak dapat dibaca",
            "Mungkin rusak atau tidak lengkap. Mohon foto lagi atau simpan ulang, lalu unggah.",
        ),
        ProblemCode::DocumentPixels => (
            "Gambar terlalu besar",
            "Mohon perkecil gambarnya, lalu unggah lagi.",
        ),
        ProblemCode::DocumentActive => (
            "PDF ini tidak dapat dipakai",
            "PDF tidak boleh dienkripsi, dan tidak boleh berisi program atau lampiran. Mohon pakai gambar, atau cetak ulang menjadi PDF baru.",
        ),
        ProblemCode::DocumentRefused => (
            "Berkas tidak lolos pemeriksaan keamanan",
            "Mohon pakai berkas lain, atau foto lagi lalu unggah.",
        ),
        ProblemCode::DocumentsTooLarge => (
            "Berkasnya terlalu besar",
            "Semua berkas satu permohonan paling banyak 20 MB. Mohon perkecil, atau hapus yang tidak diperlukan.",
        ),
        ProblemCode::CompanionExists => (
            "Sudah diajak",
            "Anda sudah mengajak alamat email ini. Mohon tunggu jawabannya.",
        ),
        ProblemCode::CompanionState => (
            "Ajakan sudah berubah",
            "Ajakan ini sudah dijawab atau diakhiri. Mohon muat ulang halaman untuk melihatnya.",
        ),
        ProblemCode::SlotFull => (
            "Waktu ini sudah penuh",
            "Tempat terakhir baru saja dipesan saat Anda memilih. Mohon pilih waktu lain.",
        ),
        ProblemCode::QuotaUsed => (
            "Jatah kunjungan bulan itu sudah habis",
            "Jatah kunjungan bulan itu sudah terpakai. Mohon pilih tanggal di bulan lain.",
        ),
        ProblemCode::AlreadyBusy => (
            "Ada kunjungan lain pada waktu itu",
            "Orang yang dikunjungi atau orang yang ikut sudah ada kunjungan lain. Mohon pilih waktu lain.",
        ),
        ProblemCode::NotApproved => (
            "Belum dapat memesan",
            "Permohonan Anda atau orang yang ikut belum disetujui, atau ada yang belum setuju berkunjung bersama.",
        ),
        ProblemCode::Restricted => (
            "Saat ini belum dapat memesan",
            "Menurut ketentuan, kunjungan tidak dapat berlangsung pada waktu ini. Jika ada pertanyaan, mohon tanyakan kepada lembaga.",
        ),
        ProblemCode::NotBookable => (
            "Waktu ini tidak dibuka untuk pemesanan",
            "Mohon muat ulang daftar waktu dan pilih yang bertanda lingkaran.",
        ),
        ProblemCode::OutsideWindow => (
            "Undang-undang tidak mengizinkan kunjungan pada hari itu",
            "Setelah ada yang meninggal, kunjungan dapat dilakukan dalam satu bulan; bila sakit kritis, dalam tujuh \
             hari sejak kabar diterima. Mohon pilih hari lain.",
        ),
        ProblemCode::MinorWithoutAdult => (
            "Perlu ditemani orang dewasa",
            "Anak di bawah umur hanya dapat berkunjung bersama orang dewasa yang sudah disetujui.",
        ),
        ProblemCode::PartySize => (
            "Jumlah orang belum sesuai",
            "Satu kunjungan untuk satu sampai tiga orang, masing-masing satu tempat.",
        ),
        ProblemCode::KeyReused => (
            "Mohon pesan sekali lagi",
            "Permintaan ini sudah dipakai untuk waktu lain. Mohon muat ulang halaman, lalu coba lagi.",
        ),
        ProblemCode::VisitNotChangeable => (
            "Kunjungan ini sekarang tidak dapat diubah",
            "Status kunjungan sudah berubah. Mohon muat ulang halaman untuk melihatnya.",
        ),
        ProblemCode::TerminalInUse => (
            "Masih ada kunjungan di perangkat ini",
            "Mohon pindahkan dulu kunjungannya ke perangkat lain.",
        ),
        ProblemCode::InvalidFields => (
            "Ada isian yang perlu dilihat lagi",
            "Mohon periksa isian yang ditandai, lalu kirim lagi.",
        ),
        ProblemCode::ForeignOrigin => (
            "Tidak dapat dilakukan dari situs lain",
            "Mohon buka langsung halaman layanan ini, lalu coba lagi.",
        ),
        ProblemCode::TooManyRequests => (
            "Sudah banyak percobaan",
            "Mohon tunggu beberapa menit, lalu coba lagi.",
        ),
        ProblemCode::ManyAtOnce => (
            "Saat ini banyak orang sedang memakai layanan ini",
            "Mohon coba lagi sebentar lagi. Biarkan halaman ini terbuka: yang sudah Anda isi tidak hilang.",
        ),
        ProblemCode::Unavailable => (
            "Layanan terputus sementara",
            "Mohon tunggu sebentar, lalu coba lagi.",
        ),
    }
}

pub(super) const fn field(code: FieldCode) -> &'static str {
    match code {
        FieldCode::Required => "Mohon isi bagian ini.",
        FieldCode::TooLong => "Ini terlalu panjang. Mohon dipersingkat.",
        FieldCode::NotValid => "Formatnya belum sesuai. Mohon periksa lagi.",
        FieldCode::Taken => "Sudah dipakai orang lain. Mohon pilih yang lain.",
        FieldCode::NotAName => "Mohon tulis nama seperti pada dokumen identitas.",
        FieldCode::NotANationalId => {
            "Nomor kartu identitas atau kartu izin tinggal (ARC) belum tepat. Mohon periksa lagi."
        }
        FieldCode::NotAnEmail => "Alamat email belum tepat, contohnya name@example.com.",
        FieldCode::NotAMobileNumber => "Mohon tulis nomor ponsel sepuluh angka yang diawali 09.",
        FieldCode::NotALandline => {
            "Mohon tulis nomor telepon dengan kode wilayah, contohnya 02-23112345."
        }
        FieldCode::NotABirthDate => {
            "Tulis tanggal, bulan, dan tahun lahir seperti pada dokumen identitas."
        }
        FieldCode::InFuture => "Tanggal ini belum tiba. Mohon periksa lagi.",
        FieldCode::TooLongAgo => {
            "Sudah melewati batas menurut undang-undang: satu bulan sejak kematian, tujuh hari sejak kabar sakit kritis."
        }
        FieldCode::TooYoung => {
            "Anak di bawah 12 tahun boleh ikut berkunjung; mereka tidak perlu akun."
        }
        FieldCode::PasswordTooShort => {
            "Kata sandi paling sedikit 10 karakter. Boleh berupa kalimat."
        }
        FieldCode::PasswordTooCommon => {
            "Kata sandi ini sangat umum dan mudah ditebak. Mohon pilih yang lain."
        }
        FieldCode::PasswordIsPersonal => {
            "Mohon jangan memakai nama, nomor identitas, telepon, tanggal lahir, atau email sebagai kata sandi."
        }
    }
}

/// The last day on which something is possible.
pub(super) fn until(last_day: &str) -> String {
    format!(" Hari terakhir adalah {last_day}.")
}
