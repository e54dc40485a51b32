/** The answers of an application as rows to read. */
import type { Application, Requirement, Services } from '../../../lib/api/visitor';
import type { PortalMessages } from '../../../lib/i18n/portal/texts.svelte';
import { tagOf } from '../../../lib/i18n/tag';
import type { Locale } from '../../../lib/protocol.generated';

type Texts = PortalMessages['application'];

export function servicesIn(services: Services, t: Texts): string {
  const names = [
    services.mobile && t.mobile,
    services.remote && t.remote,
    services.on_site && t.onSite,
  ];
  return t.listed(names.filter((name) => name !== false));
}

/** Megabytes with one decimal as the language writes it, never 0: 1.5 · 1,5 */
export function megabytes(bytes: number, locale: Locale): string {
  const one = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(tagOf(locale), one).format(Math.max(0.1, bytes / 1_000_000));
}

export function documentsIn({ documents }: Application, t: Texts): string {
  return documents.map(({ kind, name }) => t.document(t.documents[kind].name, name)).join('\n');
}

/** What is still missing, in words. */
export function missingIn(missing: readonly Requirement[], t: Texts): string {
  const names = missing.map((each) => (each === 'ground' ? t.ground : t.documents[each].name));
  return t.missing(t.listed(names));
}
