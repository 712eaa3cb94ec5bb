/** Five-field cron expressions: whether they are right and when they fire next, in a timezone. Pure. */

const FIELDS = [
  { name: 'minute', low: 0, high: 59, names: [] },
  { name: 'hour', low: 0, high: 23, names: [] },
  { name: 'day of month', low: 1, high: 31, names: [] },
  {
    name: 'month',
    low: 1,
    high: 12,
    names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
  },
  {
    name: 'day of week',
    low: 0,
    high: 7,
    names: 'sun mon tue wed thu fri sat'.split(' ')
  }
] as const;

const NAMED: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *'
};
const MINUTE_MS = 60_000;
const SEARCHED_DAYS = 366 * 5;

/** The moments that a cron expression names. */
export interface ICron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** A day has to fit only one of the two when both are given. */
  readonly eitherDay: boolean;
}

/** The five fields of an expression or preset; null when it is neither. */
export function parseCron(text: string): ICron | null {
  const plain = text.trim().toLowerCase();
  const parts = (NAMED[plain] ?? plain).split(/\s+/);
  if (parts.length !== FIELDS.length) {
    return null;
  }
  const sets = FIELDS.map((field, index) =>
    parseField(parts[index] ?? '', field.low, field.high, field.names)
  );
  const [minutes, hours, days, months, weekdays] = sets;
  if (!minutes || !hours || !days || !months || !weekdays) {
    return null;
  }
  return {
    minutes,
    hours,
    days,
    months,
    weekdays: new Set([...weekdays].map(day => day % 7)),
    eitherDay: !parts[2]?.startsWith('*') && !parts[4]?.startsWith('*')
  };
}

/** The next moments after `from` at which the expression fires; fewer when there are no more in five years. */
export function nextRuns(
  cron: ICron,
  timezone: string,
  from: Date,
  count: number
): Date[] {
  const runs: Date[] = [];
  const today = partsIn(from, timezone);
  for (let ahead = 0; ahead < SEARCHED_DAYS && runs.length < count; ahead++) {
    const day = new Date(
      Date.UTC(today.year, today.month - 1, today.day + ahead)
    );
    if (fits(cron, day)) {
      runs.push(...ticksOf(cron, day, timezone).filter(tick => tick > from));
    }
  }
  return runs.slice(0, count);
}

export function isTimezone(name: string): boolean {
  try {
    return (
      new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
        .timeZone !== ''
    );
  } catch {
    return false;
  }
}

function parseField(
  text: string,
  low: number,
  high: number,
  names: readonly string[]
): Set<number> | null {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/([0-9]+))?$/.exec(part);
    if (!match) {
      return null;
    }
    const step = match[3] === undefined ? 1 : Number(match[3]);
    const first = match[1] === '*' ? low : numberOf(match[1], low, names);
    const open = match[1] === '*' || match[3] !== undefined;
    const last =
      match[2] === undefined
        ? open
          ? Math.min(high, low === 0 && names.length > 0 ? 6 : high)
          : first
        : numberOf(match[2], low, names);
    if (!(step >= 1 && first >= low && first <= last && last <= high)) {
      return null;
    }
    for (let value = first; value <= last; value += step) {
      values.add(value);
    }
  }
  return values;
}

function numberOf(
  text: string | undefined,
  low: number,
  names: readonly string[]
): number {
  const named = names.indexOf(text ?? '');
  return named >= 0 ? named + low : Number(text);
}

function fits(cron: ICron, day: Date): boolean {
  const date = cron.days.has(day.getUTCDate());
  const weekday = cron.weekdays.has(day.getUTCDay());
  const either = cron.eitherDay ? date || weekday : date && weekday;
  return cron.months.has(day.getUTCMonth() + 1) && either;
}

function ticksOf(cron: ICron, day: Date, timezone: string): Date[] {
  const ticks = new Set<number>();
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      ticks.add(
        instant(day.getTime() + (hour * 60 + minute) * MINUTE_MS, timezone)
      );
    }
  }
  return [...ticks].sort((one, other) => one - other).map(at => new Date(at));
}

/** The instant at which clocks in the timezone show a wall time (given as if it were UTC). */
function instant(wall: number, timezone: string): number {
  const first = wall - offset(wall, timezone);
  return wall - offset(first, timezone);
}

function offset(at: number, timezone: string): number {
  const parts = partsIn(new Date(at), timezone);
  return (
    Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute) -
    Math.floor(at / MINUTE_MS) * MINUTE_MS
  );
}

type Clock = Record<'year' | 'month' | 'day' | 'hour' | 'minute', number>;

function partsIn(at: Date, timezone: string): Clock {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric'
  }).formatToParts(at);
  const part = (type: keyof Clock): number =>
    Number(parts.find(found => found.type === type)?.value);
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute')
  };
}
