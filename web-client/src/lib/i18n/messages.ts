/** What a catalogue has to say. A language that lacks a sentence does not compile. */
import type { EndReason } from '../protocol.generated';

/** What a page in one language says. */
export interface Messages {
  service: string;
  language: string;
  helpline: string;
  join: {
    loading: string;
    /** While the browser asks for camera and microphone. */
    allow: string;
    greeting: (inmate: string) => string;
    anonymous: string;
    join: string;
    joining: string;
    /** The way in takes long. */
    late: string;
    callFacility: (name: string) => string;
    hint: string;
    microphone: string;
    earlyTitle: string;
    earlyNext: string;
    opensIn: (minutes: number) => string;
    opensInSeconds: (seconds: number) => string;
    slot: (start: string, end: string) => string;
    calendar: string;
    calendarTitle: string;
    usedTitle: string;
    resend: string;
    resent: string;
    resendFailed: string;
    overTitle: string;
    withdrawnTitle: string;
    invalidTitle: string;
    /** The page was opened without a link's token. */
    noLink: string;
    errorTitle: string;
    again: string;
    refusedTitle: string;
    refusedWhy: string;
    refusedSteps: { chrome: string[]; safari: string[]; firefox: string[]; other: string[] };
    busyTitle: string;
    busyWhy: string;
    missingTitle: string;
    missingWhy: string;
    tryCamera: string;
    audioOnly: string;
    watchOnly: string;
    unsupportedTitle: string;
    unsupportedNext: string;
    inAppTitle: string;
    inAppNext: string;
    inAppOutside: string;
    inAppHow: string;
    inAppStay: string;
    copy: string;
    copied: string;
    noCamera: string;
    book: string;
    visits: string;
    home: string;
  };
  call: {
    supervised: string;
    you: string;
    notYet: (name: string) => string;
    away: (name: string) => string;
    came: (name: string) => string;
    left: (name: string) => string;
    speaking: string;
    /** To see all of a picture, and to see its middle larger. */
    whole: string;
    near: string;
    cameraIsOff: string;
    muted: string;
    mute: string;
    unmute: string;
    cameraOff: string;
    cameraOn: string;
    flip: string;
    leave: string;
    leaveTitle: string;
    leaveWhy: string;
    stay: string;
    minutesLeft: (minutes: number) => string;
    secondsLeft: (seconds: number) => string;
    fiveMinutes: string;
    oneMinute: string;
    timeAdded: (minutes: number) => string;
    interrupted: string;
    interruptedWhy: string;
    tapForSound: string;
    restoreDevices: string;
    frozen: string;
    paused: string;
  };
  ended: {
    title: Record<EndReason, string>;
    /** After the time is over, the way to the next visit says all. */
    next: Record<Exclude<EndReason, 'slot_ended'>, string>;
    thanks: string;
    comeBack: string;
    together: (minutes: number) => string;
  };
}
