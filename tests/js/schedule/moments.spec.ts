import { formatMoment } from '../../../labextension/src/schedule/moments';

describe('moments', () => {
  const at = new Date('2026-11-24T01:00:00Z');

  it('are told on the clocks of the timezone', () => {
    expect(formatMoment(at, 'Europe/Berlin')).toBe('Tue, Nov 24, 02:00');
    expect(formatMoment(at, 'UTC')).toBe('Tue, Nov 24, 01:00');
  });

  it('need no date within a week', () => {
    const monday = new Date('2026-11-23T12:00:00Z');
    expect(formatMoment(at, 'UTC', monday)).toBe('Tue 01:00');
  });

  it('are told in UTC while a timezone is being typed', () => {
    expect(formatMoment(at, 'Europe/Ber')).toBe('Tue, Nov 24, 01:00');
  });
});
