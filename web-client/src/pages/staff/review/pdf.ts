/**
 * The pages of a PDF as pictures, so that they are looked at like any other document. What draws them is large, and
 * is loaded with the first PDF. It runs in a worker of our own, without scripts of the document's, without code made
 * at run time and without WebAssembly, none of which the policy of our pages admits. Its versions after 5.4.530 read
 * what fax machines and office scanners make (JBIG2, CCITT) with WebAssembly alone.
 */
import type * as Library from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerAddress from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

/** The longer side of a picture, pixels: enough for the small print of an identity document. */
const LONGEST = 2600;
/** A picture within a page that is larger than any scanner makes, pixels. */
const LARGEST_IMAGE = 100_000_000;

/** An opened PDF. */
export interface Pdf {
  /** How many pages it has. */
  readonly pages: number;
  /** A page, the first is 1. */
  picture(page: number): Promise<Blob>;
  close(): void;
}

/** Where the library finds the tables of Chinese characters, the usual fonts and what reads scanned pictures. */
const FILES = __PDF_FILES__;

let loading: Promise<typeof Library> | undefined;

function library(): Promise<typeof Library> {
  loading ??= import('pdfjs-dist/legacy/build/pdf.mjs').then((loaded) => {
    loaded.GlobalWorkerOptions.workerSrc = workerAddress;
    return loaded;
  });
  // What could not be loaded is asked for again with the next document.
  loading.catch(() => (loading = undefined));
  return loading;
}

/** Opens a PDF. Rejects where it cannot be read; so does a picture of a page that cannot be drawn whole. */
export async function openPdf(file: Blob): Promise<Pdf> {
  const { getDocument } = await library();
  const task = getDocument({
    data: await file.arrayBuffer(),
    cMapUrl: `${FILES}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${FILES}standard_fonts/`,
    wasmUrl: `${FILES}wasm/`,
    useWasm: false,
    isEvalSupported: false,
    enableXfa: false,
    // A page that lacks something is not to be taken for the whole one.
    stopAtErrors: true,
    maxImageSize: LARGEST_IMAGE,
  });
  const opened = await task.promise;
  return {
    pages: opened.numPages,
    picture: (page) => drawn(opened, page),
    close: () => void task.destroy(),
  };
}

async function drawn(opened: Library.PDFDocumentProxy, number: number): Promise<Blob> {
  const page = await opened.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: LONGEST / Math.max(width, height) });
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(viewport.width);
  canvas.height = Math.round(viewport.height);
  await page.render({ canvas, viewport, background: '#fff' }).promise;
  page.cleanup();
  return await new Promise((give, refuse) =>
    canvas.toBlob((picture) => (picture ? give(picture) : refuse(new Error('no picture')))),
  );
}
