import type { PortalMessages } from '../texts.svelte';

export const phone: PortalMessages['phone'] = {
  title: 'Tes ponsel saya',
  intro: 'Kira-kira satu menit. Gambar dan suara saat tes hanya ada di ponsel Anda.',
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
  allGoodTitle: 'Ponsel Anda sudah siap',
  allGood: 'Untuk kunjungan, pakailah ponsel yang sama di tempat yang sama.',
  someBadTitle: 'Ada yang masih perlu diperiksa',
  someBad:
    'Mohon ikuti petunjuk di atas, lalu tes lagi. Jika belum berhasil, mintalah bantuan keluarga, atau hubungi bagian kunjungan di lembaga.',
  repeat: 'Tes sekali lagi',
};
