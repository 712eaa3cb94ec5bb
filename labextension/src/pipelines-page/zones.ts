/** Days of a timezone as moments. Pure. */

/** The moment at which a clock of the timezone shows a day's time, such as `2026-11-21T00:00:00`. */
export function momentIn(local: string, timezone: string): Date {
  const guess = Date.parse(`${local}Z`);
  const once = guess - offset(guess, timezone);
  // Again at the moment found: the offset may change in the night between.
  return new Date(guess - offset(once, timezone));
}

function offset(at: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23'
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find(found => found.type === type)?.value);
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second')
  );
  return shown - Math.floor(at / 1000) * 1000;
}
