import type { LandingMessages } from './messages';

export const id: LandingMessages = {
  title: 'Bertemu keluarga pada waktu yang disepakati',
  intro:
    'Dengan kunjungan video, Anda memakai telepon sendiri untuk bertemu keluarga yang berada di lembaga. Tidak perlu memasang aplikasi, tidak perlu mengingat kata sandi.',
  steps: [
    {
      title: 'Terima SMS',
      text: 'Setelah kunjungan disetujui, setiap pengunjung menerima SMS dengan tautannya sendiri.',
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
  note: 'Tautan hanya berlaku di satu telepon. Jika Anda berganti telepon, halaman ini dapat mengirim tautan baru.',
};
