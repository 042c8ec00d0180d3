/** Declarative: names that stand where nobody wrote a text for people. */

/** A name in words: `first_name` and `firstName` are "First name". */
export function inWords(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])(?=[a-z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
