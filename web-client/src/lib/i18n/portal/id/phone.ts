import type { PortalMessages } from '../texts.svelte';

export const phone: PortalMessages['phone'] = {
  title: 'Tes ponsel saya',
  intro:
    'Kira-kira satu menit. Tidak ada yang melihat atau mendengarnya, dan tidak ada yang direkam.',
  start: 'Mulai tes',
  allow: 'Ponsel akan bertanya apakah kamera dan mikrofon boleh dipakai. Ketuk “Izinkan”.',
  checking: 'Sedang diperiksa…',
  camera: 'Kamera',
  cameraAsk: 'Apakah Anda melihat diri sendiri di atas?',
  microphone: 'Mikrofon',
  microphoneAsk: 'Silakan ucapkan beberapa kata; bilah di bawah ikut bergerak.',
  microphoneGood: 'Suara Anda terdengar.',
  loudspeaker: 'Pengeras suara',
  play: 'Bunyikan suara',
  loudspeakerAsk: 'Apakah Anda mendengar tiga bunyi lonceng?',
  network: 'Jaringan',
  yes: 'Ya',
  no: 'Tidak',
  good: 'Baik',
  bad: 'Perlu diperiksa',
  waiting: 'Menunggu jawaban Anda',
  cameraHelp:
    'Mohon pastikan kamera tidak tertutup, tutup aplikasi lain yang memakainya, lalu tes lagi.',
  refused:
    'Browser belum mengizinkan halaman ini memakai kamera dan mikrofon. Mohon izinkan di pengaturan situs ini, lalu tes lagi.',
  missing:
    'Kamera atau mikrofon tidak ditemukan. Mohon pakai ponsel, atau sambungkan kamera dan mikrofon.',
  busy: 'Kamera atau mikrofon tidak merespons; mungkin sedang dipakai aplikasi lain. Mohon akhiri panggilan lain, lalu tes lagi.',
  unsupported:
    'Browser ini tidak dapat melakukan panggilan video. Mohon pakai Chrome atau Safari di ponsel.',
  inApp:
    'Halaman ini terbuka di dalam aplikasi lain (misalnya LINE); kamera mungkin tidak dapat dipakai. Mohon buka di browser ponsel.',
  microphoneHelp: 'Mohon pastikan mikrofon tidak tertutup atau dimatikan, lalu tes lagi.',
  loudspeakerHelp:
    'Mohon besarkan suara dan matikan mode senyap; jika memakai earphone, dengarkan di sana.',
  networkGood: (ms) => `Sambungan baik (${ms} ms).`,
  networkSlow: (ms) =>
    `Tersambung, tetapi agak lambat (${ms} ms). Sebaiknya mendekat ke Wi-Fi, atau ke tempat dengan sinyal lebih baik.`,
  networkBad:
    'Layanan kunjungan belum dapat dihubungi. Mohon periksa jaringan, atau coba Wi-Fi lain atau jaringan seluler.',
  networkDoor:
    'Halaman dapat dibuka, tetapi jaringan ini menghalangi sambungan video. Mohon coba Wi-Fi lain atau jaringan seluler.',
  callTesting: 'Gambar dan suara sedang dikirim seperti saat kunjungan, kira-kira sepuluh detik…',
  call: {
    good: 'Kunjungan video berjalan baik dari sini: suara dan gambar tersampaikan.',
    sound_only:
      'Kunjungan dapat dilakukan dari sini, tetapi jaringannya lemah: suara tersampaikan, gambar mungkin berhenti sejenak. Lebih baik di dekat Wi-Fi, atau di tempat dengan sinyal kuat.',
    no_connection:
      'Kunjungan video belum dapat dilakukan lewat jaringan ini. Mohon coba Wi-Fi lain atau jaringan seluler, lalu tes lagi. Jika belum berhasil, mohon telepon lembaga sebelum kunjungan.',
    busy: 'Saat ini banyak orang sedang melakukan tes. Mohon coba lagi beberapa menit lagi.',
  },
  callTold:
    'Jika Anda sudah memesan kunjungan, lembaga melihat hasil ini dan dapat membantu lebih awal.',
  callUntried: 'Panggilan belum dites',
  callSignIn: 'Setelah masuk, Anda juga dapat mengetes apakah kunjungan video berjalan dari sini.',
  signIn: 'Masuk dan tes',
  devicesGoodTitle: 'Kamera, mikrofon, dan pengeras suara berfungsi',
  devicesGood:
    'Masuk dan tes sekali lagi, agar Anda tahu apakah jaringan di sini cukup baik untuk kunjungan.',
  allGoodTitle: 'Ponsel Anda sudah siap',
  allGood: 'Untuk kunjungan, pakailah ponsel yang sama di tempat yang sama.',
  someBadTitle: 'Ada yang masih perlu diperiksa',
  someBad:
    'Mohon ikuti petunjuk di atas, lalu tes lagi. Jika belum berhasil, mintalah bantuan keluarga, atau hubungi bagian kunjungan di lembaga.',
  repeat: 'Tes sekali lagi',
};
