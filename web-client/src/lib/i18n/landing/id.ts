import type { LandingMessages } from './messages';

export const id: LandingMessages = {
  title: 'Bertemu keluarga pada waktu yang disepakati',
  intro:
    'Dengan kunjungan video, Anda memakai telepon sendiri untuk bertemu keluarga yang berada di lembaga. Tidak perlu memasang aplikasi.',
  steps: [
    {
      title: 'Ajukan dan pesan',
      text: 'Daftarkan akun dan ajukan permohonan kunjungan. Setelah disetujui lembaga, pilih waktu yang sesuai.',
    },
    {
      title: 'Terima SMS',
      text: 'Menjelang kunjungan, setiap pengunjung menerima SMS dengan tautannya sendiri.',
    },
    {
      title: 'Ketuk tautan',
      text: 'Buka pada waktu yang disepakati. Setelah melihat diri Anda sendiri, ketuk “Masuk ke kunjungan”.',
    },
    {
      title: 'Saling bertemu',
      text: 'Keluarga Anda duduk di depan perangkat di lembaga. Jika waktunya habis, kunjungan berakhir dengan sendirinya.',
    },
  ],
  book: 'Ajukan dan pesan kunjungan',
  note: 'Tautan hanya berlaku di satu telepon. Jika Anda berganti telepon, halaman ini dapat mengirim tautan baru.',
};
