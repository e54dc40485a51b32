/** What is wrong with a form: for each field the sentence that says how to put it right. */

/** An error and the id of its field; without an id it is about the whole form. */
export interface FieldError {
  id: string;
  text: string;
}

/** The sentence for a field, if it has one. */
export function errorOf(errors: readonly FieldError[], id: string): string | undefined {
  return errors.find((error) => error.id === id)?.text;
}
