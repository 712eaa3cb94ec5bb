import {
  PALETTE,
  StepColours,
  stepColours
} from '../../../labextension/src/tagging/colours';

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const dot = (row: Triple, of: Triple): number =>
  row[0] * of[0] + row[1] * of[1] + row[2] * of[2];

const through = (matrix: Matrix, of: Triple): Triple => [
  dot(matrix[0], of),
  dot(matrix[1], of),
  dot(matrix[2], of)
];

/** Red, green and blue as amounts of light. */
function light(colour: string): Triple {
  const channel = (at: number): number => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

const luminance = (colour: string): number =>
  dot([0.2126, 0.7152, 0.0722], light(colour));

/** What eyes see that lack one kind of cone wholly (Machado, Oliveira and Fernandes 2009). */
const EYES: Readonly<Record<string, Matrix>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998]
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881]
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039]
  ],
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1]
  ]
};

const TO_XYZ: Matrix = [
  [0.4339, 0.3762, 0.1899],
  [0.2126, 0.7152, 0.0722],
  [0.0178, 0.1095, 0.8727]
];

/** A colour in CIELAB, where a distance of about 2 is just seen. */
function seen(colour: string, eyes: Matrix): Triple {
  const [r, g, b] = through(eyes, light(colour));
  const inside = (value: number): number => Math.min(1, Math.max(0, value));
  const [x, y, z] = through(TO_XYZ, [inside(r), inside(g), inside(b)]);
  const root = (value: number): number =>
    value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
  return [
    116 * root(y) - 16,
    500 * (root(x) - root(y)),
    200 * (root(y) - root(z))
  ];
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

  it.each(Object.entries(EYES))('differ for eyes with %s', (_, eyes) => {
    const places = PALETTE.map(colour => seen(colour, eyes));
    const distances: number[] = [];
    places.forEach((one, index) => {
      for (const other of places.slice(index + 1)) {
        const apart = one.map((value, at) => value - (other[at] ?? 0));
        distances.push(Math.hypot(...apart));
      }
    });
    expect(Math.min(...distances)).toBeGreaterThan(15);
  });

  it('differ while there are no more steps than colours', () => {
    const steps = [...PALETTE.keys()].map(index => `step${index}`);
    expect(new Set(new StepColours().of(steps).values()).size).toBe(
      PALETTE.length
    );
  });

  it('differ from the step above however many there are', () => {
    const steps = [...Array(200).keys()].map(index => `s${index}`);
    const colours = [...new StepColours().of(steps).values()];
    const same = colours.filter((colour, at) => colour === colours[at - 1]);
    expect(same).toEqual([]);
  });

  it('stay when steps come before, between and behind, go and come back', () => {
    const colours = new StepColours();
    const names = [...Array(6).keys()].map(index => `step${index}`);
    const before = colours.of(names);
    const later = colours.of([
      'a',
      ...names.slice(0, 3),
      'b',
      ...names.slice(3)
    ]);
    expect(names.map(name => later.get(name))).toEqual([...before.values()]);
    expect(new Set(later.values()).size).toBe(PALETTE.length);
    colours.of(names.slice(1));
    expect(colours.of(names)).toEqual(before);
  });

  it('stay when a step is renamed', () => {
    const colours = new StepColours();
    const before = colours.of(['load', 'train', 'report']);
    const after = colours.of(['load', 'fit', 'report']);
    expect(after.get('fit')).toBe(before.get('train'));
    expect(after.get('report')).toBe(before.get('report'));
  });

  it('change only where two equal ones have come to stand beside each other', () => {
    const colours = new StepColours();
    const names = [...Array(PALETTE.length + 1).keys()].map(
      index => `s${index}`
    );
    const before = colours.of(names);
    const last = `s${PALETTE.length}`;
    const twin = names.find(
      name => name !== last && before.get(name) === before.get(last)
    );
    const beside = [
      last,
      twin ?? '',
      ...names.filter(n => n !== last && n !== twin)
    ];
    const after = colours.of(beside);
    expect(after.get(last)).not.toBe(after.get(twin ?? ''));
    expect(names.filter(n => after.get(n) !== before.get(n))).toEqual([twin]);
  });

  it('are those of the notebook wherever they are shown', () => {
    const [one, other] = [{}, {}];
    const shown = stepColours(one, ['load', 'train']);
    expect(stepColours(one, ['new', 'load', 'train']).get('train')).toBe(
      shown.get('train')
    );
    expect(stepColours(other, ['train'])).toEqual(
      new StepColours().of(['train'])
    );
  });
});
