import {
  PALETTE,
  stepColours
} from '../../../labextension/src/tagging/colours';

function luminance(colour: string): number {
  const channel = (at: number): number => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort(
    (a, b) => a - b
  );
  return (light + 0.05) / (dark + 0.05);
}

describe('colours of steps', () => {
  it.each(PALETTE)('%s is seen on white and on the dark page', colour => {
    expect(contrast(colour, '#ffffff')).toBeGreaterThanOrEqual(3);
    expect(contrast(colour, '#212121')).toBeGreaterThanOrEqual(3);
  });

  it('differ while there are no more steps than colours', () => {
    const steps = [...PALETTE.keys()].map(index => `step${index}`);
    expect(new Set(stepColours(steps).values()).size).toBe(PALETTE.length);
  });

  it('stay when a later step comes', () => {
    const before = stepColours(['load', 'train']);
    const after = stepColours(['load', 'train', 'report']);
    expect(after.get('load')).toBe(before.get('load'));
    expect(after.get('train')).toBe(before.get('train'));
  });
});
