/** Moments as people say them. Pure. */
import { browserTimezone } from './presets';

const SIX_DAYS_MS = 6 * 86_400_000;

/** A moment on the clocks of a timezone: `Tue 02:00` within a week of `from`, else with its date. */
export function formatMoment(at: Date, timezone: string, from?: Date): string {
  const soon = from && at.getTime() - from.getTime() < SIX_DAYS_MS;
  return at.toLocaleString(undefined, {
    timeZone: isTimezone(timezone) ? timezone : 'UTC',
    weekday: 'short',
    ...(soon ? {} : { month: 'short', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  });
}

/** What is said on the clocks of a timezone, with its name where they are not the browser's. */
export function withClocks(said: string, timezone: string): string {
  return timezone === browserTimezone() ? said : `${said} ${timezone}`;
}

/** Whether the browser knows the timezone; a person may be in the middle of typing it. */
function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format();
    return true;
  } catch {
    return false;
  }
}
