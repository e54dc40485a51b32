import type { PortalMessages } from '../texts.svelte';

export const visits: PortalMessages['visits'] = {
  states: {
    held: 'Disimpan, belum dikonfirmasi',
    confirmed: 'Sudah dipesan',
    flagged: 'Sedang diperiksa lembaga',
    in_session: 'Sedang berlangsung',
    completed: 'Selesai',
    terminated: 'Diakhiri oleh lembaga',
    technical_failure: 'Tidak selesai karena gangguan teknis',
    cancelled: 'Dibatalkan',
    no_show: 'Tidak hadir',
  },
  endedBy: {
    visitor: 'Dibatalkan oleh pengunjung',
    facility: 'Dibatalkan oleh lembaga',
    inmate: 'Orang yang dikunjungi tidak dapat hadir',
    system: 'Dibatalkan oleh sistem',
  },
  title: 'Kunjungan saya',
  coming: 'Kunjungan mendatang',
  past: 'Kunjungan sebelumnya',
  empty: 'Belum ada kunjungan yang dipesan.',
  emptyPast: 'Belum ada kunjungan sebelumnya.',
  book: 'Pesan kunjungan',
  bookOther: 'Pesan waktu lain',
  open: (inmate) => `Kunjungan dengan ${inmate}`,
  endedEarly: 'Mengapa kunjungan diakhiri lebih awal',
  reason: 'Alasan',
  flaggedText:
    'Ada yang berubah, dan lembaga sedang memeriksa apakah kunjungan ini dapat berlangsung. Kami akan memberi tahu Anda.',
  linkText: (minutes: number) =>
    `${minutes} menit sebelum kunjungan, tautan dikirim ke ponsel Anda.`,
  linkThere:
    'Tautan sudah dikirim kepada Anda lewat SMS. Belum diterima? Anda dapat meminta dikirim lagi; setelah itu tautan yang lama tidak berlaku.',
  link: 'Kirim lagi tautan kepada saya',
  linkSent:
    'Tautan baru sudah dikirim lewat SMS ke nomor terdaftar. Tautan yang lama tidak berlaku lagi.',
  phoneTest: 'Tes ponsel saya',
  changeParty: 'Ubah orang yang ikut',
  partySaved: 'Sudah diubah. Kami akan memberi tahu mereka.',
  cancel: 'Batalkan kunjungan ini',
  cancelTitle: 'Batalkan kunjungan ini?',
  cancelGivesBack: (when) =>
    `Jika dibatalkan sebelum ${when}, kunjungan ini tidak dihitung dalam jatah kunjungan bulan itu.`,
  cancelCounts:
    'Jika dibatalkan sekarang, kunjungan ini tetap dihitung dalam jatah kunjungan bulan itu.',
  cancelFlagged:
    'Lembaga masih memeriksa kunjungan ini. Jika dibatalkan selama pemeriksaan, kunjungan ini tidak dihitung dalam jatah kunjungan bulan itu.',
  cancelFree: 'Kunjungan ini tidak dihitung dalam jatah kunjungan bulanan.',
  cancelParty: 'Orang yang ikut juga akan diberi tahu.',
  cancelReason: 'Alasan pembatalan (boleh dikosongkan)',
  cancelConfirm: 'Batalkan kunjungan',
  keep: 'Tetap berkunjung',
  cancelled: 'Kunjungan ini dibatalkan.',
  leave: 'Saya tidak dapat ikut',
  leaveTitle: 'Mundur dari kunjungan ini?',
  leaveText:
    'Yang lain tetap dapat berkunjung. Jika kemudian ingin ikut lagi, pemesan perlu menambahkan Anda kembali.',
  leaveConfirm: 'Mundur dari kunjungan',
  left: 'Anda sudah mundur dari kunjungan ini.',
  together: (minutes) => `Anda bertemu selama ${minutes} menit.`,
  timeAdded: (minutes) =>
    `Kunjungan diperpanjang ${minutes} menit untuk mengganti waktu yang hilang.`,
  counted: 'Dihitung dalam jatah bulan itu',
  notCounted: 'Tidak dihitung',
};
