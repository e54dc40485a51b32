import { plural } from '../plural';
import type { HouseMessages } from './messages';

export const en: HouseMessages = {
  terminal: {
    connecting: 'Connecting…',
    today: 'Visits today',
    nothing: 'No visit is planned for now.',
    soon: (name) => `${name}, your visit begins soon`,
    soonNext: 'Please get ready to sit down.',
    sit: 'Please sit down',
    waitForVisitor: 'Your family is coming in. Please look at the camera.',
    over: 'The visit is over',
    overNext: 'Thank you. Please leave the seat to the next person.',
    elsewhere: 'This terminal is open in another window',
    elsewhereNext: 'The visit goes on there. To go on here instead, tap the button.',
    takeOver: 'Go on here',
    outOfOrder: 'This terminal cannot be used right now',
    forStaff: 'For staff:',
    noSecret: 'This terminal is not paired. Please open its pairing address.',
    noCamera:
      'No camera or microphone was found. Please check the cables and restart the terminal.',
  },
  staff: {
    title: 'Visits on duty',
    officer: (name) => `On duty: ${name}`,
    empty: 'No visits right now',
    emptyNext: 'Today’s visits appear here before they begin.',
    signIn: 'Please open this page with your sign-in link',
    signInNext:
      'The sign-in link has expired or is not complete. The facility’s administrator can give you a new one.',
    failed: 'The list cannot be read right now; trying again by itself.',
    state: {
      confirmed: 'Not begun',
      flagged: 'To be checked',
      in_session: 'In session',
      completed: 'Completed',
      terminated: 'Ended by staff',
      cancelled: 'Cancelled',
      technical_failure: 'Technical failure',
      no_show: 'Missed',
      held: 'On hold',
    },
    link: { none: 'No link', issued: 'Link sent', redeemed: 'Link used', void: 'Link void' },
    connected: 'Connected',
    notConnected: 'Not connected',
    inmate: 'Inmate',
    ends: (time) => `Ends ${time}`,
    minutesLeft: (minutes) => `${plural(minutes, 'minute')} left`,
    reissue: 'Send new link',
    reissued: (tail) => `A new link is on its way to the number ending in ${tail}.`,
    end: 'End visit',
    endTitle: 'End this visit?',
    endWhy:
      'The call ends for everybody at once, and cannot be taken up again. The law asks for a written reason (Prison Act §71).',
    reason: 'Reason',
    reasonHint: '5 to 500 characters; it is kept on record.',
    endConfirm: 'End the visit',
    cancel: 'Back',
    ended: 'The visit has been ended.',
    updated: (time) => `As of ${time}`,
  },
  outbox: {
    title: 'Outbox (demonstration)',
    why: 'A demonstration sends no text messages. This is what would have been sent.',
    empty: 'No messages yet.',
    to: 'To',
  },
  landing: {
    title: 'See your family at the agreed time',
    intro:
      'A mobile visit is a video call with someone who is held in a facility, on your own phone. There is nothing to install.',
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
        text: 'Your family sits at the facility’s terminal. The call ends by itself when the time is over.',
      },
    ],
    book: 'Apply and book a visit',
    note: 'A link works on one device. If you change phones, the page can send you a new one.',
  },
};
