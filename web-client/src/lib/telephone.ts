/** What a telephone dials: the number without its extension. */
export function dialled(telephone: string): string {
  return telephone.split('#')[0]!.replace(/[^\d+]/g, '');
}
