import type { LandingMessages } from './messages';

export const id: LandingMessages = {
  title: 'Bertemu keluarga pada waktu yang disepakati',
  intro:
    'Dengan kunjungan video, Anda memakai ponsel sendiri untuk bertemu keluarga yang berada di lembaga pemasyarakatan. Tidak perlu memasang aplikasi.',
  steps: [
    {
      title: 'Ajukan dan pesan',
      text: 'Buat akun dan ajukan permohonan kunjungan. Setelah disetujui lembaga, pilih waktu yang sesuai.',
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
      text: 'Keluarga Anda duduk di depan perangkat di lembaga. Jika waktunya habis, kunjungan berakhir secara otomatis.',
    },
  ],
  book: 'Ajukan dan pesan kunjungan',
  note: 'Tautan hanya berlaku di satu ponsel. Jika Anda berganti ponsel, halaman ini dapat mengirim tautan baru.',
};
