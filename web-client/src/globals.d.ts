/** The folder of what the PDF library loads when a document needs it, ending in a slash. */
declare const __PDF_FILES__: string;
