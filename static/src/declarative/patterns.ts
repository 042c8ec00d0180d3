/** Declarative: the patterns that authors write, tested so that none of them can hold up the page. */

/** No text that a pattern describes is longer. */
export const LONGEST_TESTED = 2_000;
const known = new Map<string, RegExp | undefined>();

/** The pattern for the whole text; undefined where this browser cannot read it, or where it could take for ever. */
export function patternOf(regex: string): RegExp | undefined {
  if (!known.has(regex)) known.set(regex, readPattern(regex));
  return known.get(regex);
}

function readPattern(regex: string): RegExp | undefined {
  if (isExplosive(regex)) {
    console.warn(`The pattern ${regex} repeats what repeats itself: it is not tested here.`);
    return undefined;
  }
  try {
    return new RegExp(`^(?:${regex})$`, 'u');
  } catch {
    return undefined; // a pattern that this browser cannot read must not lock the form
  }
}

/** What one part of a pattern is: escapes and classes, the edges of groups, quantifiers, any other character. */
const PARTS = /\\[pPuk]\{[^}]*\}|\\k<[^>]*>|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<[A-Za-z_$][\w$]*>|[:=!]|<[=!]))?|\)|[*+]\??|\{\d+(?:,\d*)?\}\??|\?|[^]/gu;
const UNBOUNDED = /^(?:[*+]\??|\{\d+,\}\??)$/;

interface Group {
  parts: string[];
  repeats: boolean;
}

/** Whether a group that repeats has in it what repeats, and nothing marks where one round ends and the next begins. */
export function isExplosive(regex: string): boolean {
  const open: Group[] = [{ parts: [], repeats: false }];
  const parts = regex.match(PARTS) ?? [];
  for (const [index, part] of parts.entries()) {
    const group = open.at(-1)!;
    if (part.startsWith('(')) open.push({ parts: [], repeats: false });
    else if (part === ')' && open.length > 1) {
      open.pop();
      const isRepeated = UNBOUNDED.test(parts[index + 1] ?? '');
      if (isRepeated && group.repeats && !isMarked(group.parts)) return true;
      const around = open.at(-1)!;
      around.repeats ||= group.repeats;
      around.parts.push(...group.parts.map((inner) => (inner === '|' ? '.' : inner)), ')');
    } else {
      group.repeats ||= UNBOUNDED.test(part);
      group.parts.push(part);
    }
  }
  return false;
}

/** Whether each round begins with a character that stands nowhere else in it, as in `(?:-[a-z0-9]+)*`. */
function isMarked([first = '', ...rest]: readonly string[]): boolean {
  const mark = /^\\[^\w]$/.test(first) ? first.slice(1) : first;
  if ([...mark].length !== 1 || /[.^$|)]/.test(first[0]!) || /^[*+?{]/.test(rest[0] ?? '') || rest.includes('|') || rest.includes(')')) return false;
  return !rest.some((part) => matches(part, mark));
}

function matches(part: string, mark: string): boolean {
  if (/^(?:[*+?]|\{)/.test(part)) return false;
  try {
    return new RegExp(`^(?:${part})$`, 'u').test(mark);
  } catch {
    return true;
  }
}
