/** Sizes and times as people write them. Pure; the same words as the server accepts. */

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  ki: 2 ** 10,
  kib: 2 ** 10,
  mi: 2 ** 20,
  mib: 2 ** 20,
  gi: 2 ** 30,
  gib: 2 ** 30,
  ti: 2 ** 40,
  tib: 2 ** 40
};
const TIME_UNITS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86400
};

/** Bytes in a text such as `4 GB` or `512MiB`; null when it is no size of at least one byte. */
export function parseBytes(text: string): number | null {
  const match = /^\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]*)\s*$/.exec(text);
  const factor = SIZE_UNITS[(match?.[2] ?? '?').toLowerCase()];
  if (!match || factor === undefined) {
    return null;
  }
  const size = Math.floor(Number(match[1]) * factor);
  return size >= 1 ? size : null;
}

/** A size for people: `4.2 GiB`, `512 MiB`, `12 B`. */
export function formatBytes(size: number): string {
  const units = ['TiB', 'GiB', 'MiB', 'KiB'];
  for (const [index, unit] of units.entries()) {
    const factor = 2 ** (10 * (units.length - index));
    if (size >= factor) {
      return `${(size / factor).toFixed(1).replace(/\.0$/, '')} ${unit}`;
    }
  }
  return `${Math.floor(size)} B`;
}

/** Seconds in a text such as `90`, `2h` or `1h 30m`; null when it is no time above zero. */
export function parseDuration(text: string): number | null {
  const plain = text.trim().toLowerCase();
  if (/^[0-9]+(\.[0-9]+)?$/.test(plain)) {
    return Number(plain) > 0 ? Number(plain) : null;
  }
  let seconds = 0;
  let rest = plain;
  while (rest !== '') {
    const match = /^([0-9]+(?:\.[0-9]+)?)\s*(min|[smhd])\s*/.exec(rest);
    if (!match) {
      return null;
    }
    seconds += Number(match[1]) * (TIME_UNITS[match[2] ?? 's'] ?? 1);
    rest = rest.slice(match[0].length);
  }
  return seconds > 0 ? seconds : null;
}

/** A time for people: `850 ms`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 1) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  if (seconds < 60) {
    return `${seconds < 10 ? seconds.toFixed(1).replace(/\.0$/, '') : Math.round(seconds)} s`;
  }
  const total = Math.round(seconds);
  if (total < 3600) {
    return join(Math.floor(total / 60), 'min', total % 60, 's');
  }
  return join(
    Math.floor(total / 3600),
    'h',
    Math.floor((total % 3600) / 60),
    'min'
  );
}

/** Seconds in the form that a field shows and `parseDuration` reads. */
export function writeDuration(seconds: number): string {
  if (seconds % 3600 === 0) {
    return `${seconds / 3600}h`;
  }
  return seconds % 60 === 0 ? `${seconds / 60}m` : String(seconds);
}

function join(
  big: number,
  unit: string,
  small: number,
  smaller: string
): string {
  return small === 0 ? `${big} ${unit}` : `${big} ${unit} ${small} ${smaller}`;
}
