import type { LandingMessages } from './messages';

export const en: LandingMessages = {
  title: 'See your family at the agreed time',
  intro:
    'A video visit lets you see somebody who is held in a facility, on your own phone. There is nothing to install.',
  steps: [
    {
      title: 'Apply and book',
      text: 'Register, and apply to visit. Once the facility has approved it, choose a time that suits you.',
    },
    {
      title: 'A text message',
      text: 'Shortly before the visit, each visitor gets a text message with a link of their own.',
    },
    {
      title: 'Tap the link',
      text: 'Open it at the agreed time. When you see yourself, tap “Join the visit”.',
    },
    {
      title: 'See each other',
      text: 'Your family sits at the facility’s terminal. The call ends automatically when the time is over.',
    },
  ],
  book: 'Apply and book a visit',
  note: 'A link works on one device. If you change phones, the page can send you a new one.',
};
