import {
  formatBytes,
  formatDuration,
  parseBytes,
  parseDuration,
  writeDuration
} from '../../../labextension/src/ui/units';

describe('sizes and times', () => {
  it.each([
    ['4 GB', 4e9],
    ['512MiB', 2 ** 29],
    ['2Gi', 2 ** 31],
    ['1.5 k', 1500],
    ['10', 10],
    ['lots', null],
    ['-1', null],
    ['0', null],
    ['4 XB', null],
    ['', null]
  ])('reads %p as %p bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each([
    ['90', 90],
    ['30m', 1800],
    ['1h 30min', 5400],
    ['2 d', 172800],
    ['0', null],
    ['-5', null],
    ['1 week', null],
    ['', null]
  ])('reads %p as %p seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it('writes them for people', () => {
    expect([12, 2 ** 29, 4.2 * 2 ** 30].map(formatBytes)).toEqual([
      '12 B',
      '512 MiB',
      '4.2 GiB'
    ]);
    expect([0.85, 9.96, 12, 185, 7800, 7200].map(formatDuration)).toEqual([
      '850 ms',
      '10 s',
      '12 s',
      '3 min 5 s',
      '2 h 10 min',
      '2 h'
    ]);
    expect([90, 1800, 7200].map(writeDuration)).toEqual(['90', '30m', '2h']);
  });
});
