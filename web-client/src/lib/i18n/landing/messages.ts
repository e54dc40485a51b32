/** What the first page says. */
export interface LandingMessages {
  title: string;
  intro: string;
  steps: { title: string; text: string }[];
  book: string;
  note: string;
}
