import type { PortalMessages } from '../texts.svelte';

export const account: PortalMessages['account'] = {
  start: {
    title: 'Mengajukan dan memesan kunjungan',
    intro:
      'Di sini Anda dapat mengajukan permohonan kunjungan, dan memesan kunjungan video dengan keluarga atau teman.',
    steps: [
      {
        title: 'Buat akun',
        text: 'Siapkan kartu identitas atau kartu izin tinggal (ARC), alamat email, dan nomor ponsel. Kira-kira 5 menit.',
      },
      {
        title: 'Ajukan permohonan kunjungan',
        text: 'Kirim bukti identitas, bukti hubungan, dan foto Anda. Lembaga akan memeriksanya.',
      },
      {
        title: 'Pesan waktu',
        text: 'Setelah disetujui, pilih waktu 2 sampai 7 hari ke depan. Sebelum mulai, Anda menerima tautan lewat SMS.',
      },
    ],
    register: 'Buat akun',
    signIn: 'Sudah punya akun: masuk',
    test: 'Tes ponsel saya dulu',
  },
  consent: {
    title: 'Pemberitahuan tentang data pribadi Anda',
    intro:
      'Untuk mengatur kunjungan, kami memerlukan data pribadi Anda. Sesuai Pasal 8 Undang-Undang Perlindungan Data Pribadi Taiwan, sebelum Anda memberikannya kami sampaikan hal-hal berikut.',
    sections: [
      {
        title: 'Siapa yang mengumpulkan data Anda',
        text: 'Badan Pemasyarakatan, Kementerian Kehakiman Taiwan (法務部矯正署), beserta lembaga pemasyarakatan di bawahnya.',
      },
      {
        title: 'Mengapa diperlukan',
        text: 'Untuk menerima, memeriksa, memesan, dan menyelenggarakan kunjungan kepada warga binaan, serta untuk catatan dan statistik yang diwajibkan hukum. Dasarnya adalah Undang-Undang Penjara, Undang-Undang Penahanan, dan peraturan Taiwan tentang kunjungan dengan alat komunikasi.',
      },
      {
        title: 'Data apa saja',
        text: 'Nama, nomor kartu identitas atau kartu izin tinggal (ARC), tanggal lahir, alamat email, nomor ponsel dan telepon, hubungan dengan orang yang dikunjungi, bukti identitas dan hubungan, foto wajah, serta catatan pemesanan dan kunjungan.',
      },
      {
        title: 'Berapa lama, di mana, oleh siapa, dan bagaimana',
        text: 'Selama diperlukan untuk kunjungan dan selama hukum mewajibkan penyimpanannya, di wilayah Taiwan, oleh Badan dan lembaga-lembaganya, dengan komputer atau secara manual. Foto dan data biometrik lain dihapus dalam 30 hari setelah tidak diperlukan lagi. Data tidak diberikan kepada pihak lain, kecuali hukum menentukan lain.',
      },
      {
        title: 'Hak Anda',
        text: 'Sesuai Pasal 3 Undang-Undang itu, Anda dapat melihat data Anda, meminta salinan, melengkapi atau memperbaikinya, dan meminta kami berhenti mengumpulkan, mengolah, atau memakainya, atau menghapusnya. Setelah masuk, di menu “Akun” Anda dapat mengunduh data atau menutup akun; Anda juga dapat menghubungi bagian kunjungan di lembaga.',
      },
      {
        title: 'Jika Anda tidak memberikannya',
        text: 'Anda bebas memutuskan. Tanpa data yang diperlukan, kami tidak dapat memastikan identitas Anda dan tidak dapat menerima permohonan daring. Anda tetap dapat mengajukan langsung di lembaga.',
      },
      {
        title: 'Pengawasan dan perekaman kunjungan',
        text: 'Sesuai hukum, lembaga mengawasi kunjungan dan merekam gambar serta suaranya. Kunjungan pengacara dan pembela hanya diawasi secara visual: tidak didengarkan dan tidak direkam.',
      },
    ],
    agreeTitle: 'Persetujuan Anda',
    agree: 'Saya sudah membaca dan memahami penjelasan ini, dan setuju memberikan data',
    agreeError:
      'Mohon centang kotak ini sebagai tanda Anda sudah membaca dan setuju; jika tidak setuju, Anda dapat menutup halaman ini.',
    goOn: 'Setuju dan lanjut',
  },
  register: {
    title: 'Buat akun',
    identityTitle: 'Nama dan nomor identitas Anda',
    identityHint:
      'Mohon tulis sama seperti pada kartu yang akan Anda kirim. Setelah mendaftar, Anda tidak dapat mengubahnya sendiri.',
    name: 'Nama lengkap',
    nameError: 'Mohon tulis nama seperti pada kartu Anda.',
    nationalId: 'Nomor kartu identitas atau kartu izin tinggal (ARC)',
    nationalIdHint:
      'Satu huruf dan sembilan angka, misalnya A123456789; kartu izin tinggal lama memiliki dua huruf dan delapan angka.',
    nationalIdError: 'Nomor ini belum tepat. Mohon cocokkan dengan kartu Anda.',
    birthTitle: 'Tanggal lahir Anda',
    birthHint: 'Tahun Masehi atau tahun Republik (Minguo), misalnya 1953 atau 42.',
    birth: 'Tanggal lahir',
    year: 'Tahun',
    month: 'Bulan',
    day: 'Tanggal',
    birthError: 'Mohon tulis tahun, bulan, dan tanggal lahir seperti pada kartu Anda.',
    birthFuture: 'Tanggal lahir tidak mungkin setelah hari ini. Mohon periksa lagi.',
    birthShown: (date) => date,
    emailTitle: 'Alamat email Anda',
    emailHint:
      'Kami mengirim email ke sana untuk Anda konfirmasi. Satu alamat hanya untuk satu akun.',
    email: 'Alamat email',
    emailError: 'Mohon tulis alamat email lengkap, misalnya meiyu@example.com.',
    phoneTitle: 'Nomor telepon Anda',
    phone: 'Nomor ponsel',
    phoneHint: 'Tautan kunjungan video dikirim lewat SMS ke nomor ini.',
    phoneError: 'Mohon tulis nomor ponsel sepuluh angka yang diawali 09.',
    landline: 'Telepon rumah (boleh dikosongkan)',
    landlineShown: 'Telepon rumah',
    landlineHint: 'Misalnya 02-2345-6789.',
    landlineError: 'Nomor telepon hanya berisi angka, spasi, dan - # ( ).',
    passwordTitle: 'Buat kata sandi',
    passwordHint: (least) =>
      `Paling sedikit ${least} karakter. Boleh berupa kalimat yang Anda ingat dan tidak dapat ditebak orang lain; tidak perlu tanda khusus.`,
    password: 'Kata sandi',
    passwordError: (least) => `Kata sandi paling sedikit ${least} karakter.`,
    checkTitle: 'Periksa isian Anda',
    checkHint:
      'Setelah dikirim, Anda tidak dapat mengubah sendiri nama, nomor identitas, tanggal lahir, dan alamat email.',
    checkPassword: '(sudah dibuat)',
    submit: 'Kirim pendaftaran',
    sentTitle: 'Mohon periksa email Anda',
    sentText: (email) =>
      `Mohon periksa kotak surat ${email}. Jika alamat atau nomor identitas Anda pernah didaftarkan, email dikirim ke alamat yang terdaftar waktu itu.`,
    sentNext: 'Buka tautan di dalamnya dalam 10 menit untuk menyelesaikan pendaftaran.',
    sentNotThere: 'Email tidak ada? Mohon lihat folder spam, atau minta dikirim lagi.',
    resend: 'Kirim lagi',
    resendIn: (seconds) => `Dapat dikirim lagi dalam ${seconds} detik`,
    resent: 'Sudah dikirim lagi. Mohon pakai email yang terbaru.',
    wrongEmail: 'Alamatnya salah: tulis lagi',
  },
  verify: {
    title: 'Konfirmasi alamat email Anda',
    text: 'Satu ketukan menyelesaikan pendaftaran, dan Anda langsung masuk.',
    confirm: 'Konfirmasi',
    failedTitle: 'Tautan ini tidak dapat digunakan',
    failedText:
      'Tautan berlaku 10 menit dan hanya satu kali; jika sudah dikirim ulang, hanya email terbaru yang berlaku. Bila perlu, mintalah email baru di sini.',
    doneTitle: 'Sudah dikonfirmasi',
  },
  signIn: {
    title: 'Masuk',
    submit: 'Masuk',
    wrong:
      'Alamat email atau kata sandi belum tepat. Mohon periksa lagi, atau atur kata sandi baru.',
    unverifiedTitle: 'Alamat email Anda belum dikonfirmasi',
    unverifiedText:
      'Mohon buka email yang kami kirim. Jika tidak ditemukan, mintalah dikirim lagi.',
    suspendedTitle: 'Akun Anda sedang dihentikan sementara',
    suspendedText:
      'Alasannya tertulis dalam email kami. Jika menurut Anda keadaannya berbeda, silakan bertanya kepada lembaga tempat Anda berkunjung. Anda juga dapat meminta kepada lembaga itu salinan data pribadi Anda (dijawab dalam 15 hari), atau meminta data diperbaiki atau dihapus dan akun ditutup (dijawab dalam 30 hari).',
    passwordError: 'Mohon tulis kata sandi.',
    forgot: 'Lupa kata sandi',
    register: 'Belum punya akun? Buat akun',
  },
  forgot: {
    title: 'Atur kata sandi baru',
    text: 'Mohon tulis alamat email akun Anda. Kami mengirim tautan untuk mengatur kata sandi baru.',
    submit: 'Kirim kepada saya',
    sentTitle: 'Mohon periksa email Anda',
    sentText: (email) =>
      `Jika ${email} memiliki akun, kami sudah mengirim email ke sana. Tautannya berlaku 30 menit.`,
    resetTitle: 'Buat kata sandi baru',
    newPassword: 'Kata sandi baru',
    resetSubmit: 'Simpan kata sandi baru',
    resetDoneTitle: 'Kata sandi baru sudah disimpan',
    resetDoneText:
      'Demi keamanan, semua perangkat sudah keluar dari akun. Silakan masuk dengan kata sandi baru.',
    failedTitle: 'Tautan ini tidak dapat digunakan',
    failedText: 'Mungkin sudah lebih dari 30 menit, atau sudah dipakai. Mohon minta lagi.',
    askAgain: 'Kirim lagi',
  },
  profile: {
    title: 'Akun saya',
    fixed:
      'Nama, nomor identitas, tanggal lahir, dan alamat email tidak dapat Anda ubah sendiri. Jika ada yang salah, hubungi bagian kunjungan di lembaga.',
    language: 'Bahasa email dan SMS',
    changeTitle: 'Ubah telepon dan bahasa',
    passwordTitle: 'Ubah kata sandi',
    wrongPassword: 'Kata sandi belum tepat. Mohon masukkan lagi.',
    currentPassword: 'Kata sandi saat ini',
    passwordChanged: 'Kata sandi sudah diubah.',
    dataTitle: 'Data saya',
    exportText: 'Unduh semua yang kami simpan tentang Anda.',
    export: 'Unduh data saya',
    closeTitle: 'Tutup akun',
    closeText:
      'Setelah ditutup, Anda tidak dapat masuk lagi. Jika masih ada kunjungan yang akan datang, silakan batalkan atau mundur dahulu. Permohonan Anda ditarik; data dihapus setelah hukum tidak lagi mewajibkan penyimpanannya.',
    closeLink: 'Saya ingin menutup akun',
    closeConfirm: 'Tutup akun',
    closePassword: 'Kata sandi, untuk memastikan bahwa ini Anda',
    closedTitle: 'Akun Anda sudah ditutup',
    closedText: 'Terima kasih telah memakai layanan ini.',
  },
};
