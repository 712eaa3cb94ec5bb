import {
  isTimezone,
  nextRuns,
  parseCron
} from '../../../labextension/src/schedule/cron';

function next(
  text: string,
  from: string,
  timezone = 'UTC',
  count = 3
): string[] {
  const cron = parseCron(text);
  return cron
    ? nextRuns(cron, timezone, new Date(from), count).map(run =>
        run.toISOString().slice(0, 16)
      )
    : [];
}

describe('cron', () => {
  it.each([
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '0 0 0 * *',
    '* * * 13 *',
    '*/0 * * * *',
    '5-1 * * * *',
    'a * * * *',
    '@never'
  ])('refuses %p', text => {
    expect(parseCron(text)).toBeNull();
  });

  it('fires every day at two', () => {
    expect(next('0 2 * * *', '2026-11-20T02:00:00Z')).toEqual([
      '2026-11-21T02:00',
      '2026-11-22T02:00',
      '2026-11-23T02:00'
    ]);
  });

  it('knows names, ranges, steps, lists and presets', () => {
    expect(next('*/30 9-10 * * mon,3', '2026-11-20T00:00:00Z')).toEqual([
      '2026-11-23T09:00',
      '2026-11-23T09:30',
      '2026-11-23T10:00'
    ]);
    expect(next('@monthly', '2026-11-20T00:00:00Z', 'UTC', 2)).toEqual([
      '2026-12-01T00:00',
      '2027-01-01T00:00'
    ]);
    expect(next('0 0 * * 7', '2026-11-20T00:00:00Z', 'UTC', 1)).toEqual([
      '2026-11-22T00:00'
    ]);
  });

  it('fires on either day when both are given', () => {
    expect(next('0 0 1 * fri', '2026-11-20T00:00:00Z', 'UTC', 2)).toEqual([
      '2026-11-27T00:00',
      '2026-12-01T00:00'
    ]);
  });

  it('keeps the wall time when the clocks change', () => {
    expect(next('0 6 * * *', '2026-03-27T12:00:00Z', 'Europe/Berlin')).toEqual([
      '2026-03-28T05:00',
      '2026-03-29T04:00',
      '2026-03-30T04:00'
    ]);
  });

  it('gives nothing for a day that never comes', () => {
    expect(next('0 0 30 2 *', '2026-11-20T00:00:00Z')).toEqual([]);
  });

  it('knows timezones by name', () => {
    expect(['Europe/Berlin', 'UTC', 'Mars/Base', ''].map(isTimezone)).toEqual([
      true,
      true,
      false,
      false
    ]);
  });
});
