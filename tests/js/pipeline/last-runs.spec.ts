import {
  factsOf,
  factsText,
  peakOf
} from '../../../labextension/src/pipeline/last-runs';
import { runOf as run, stepRun as step } from '../fake-runs';

const GIB = 2 ** 30;

describe('the last runs', () => {
  it('say what a step did when it last came to its end', () => {
    const facts = factsOf([
      run(step('load', { seconds: 3, handoffBytes: 10 })),
      run(
        step('load', { seconds: 9 }),
        step('fit', { state: 'failed' }),
        step('report', { seconds: null })
      ),
      run(step('fit', { seconds: 7 }), step('fit', { seconds: 5 }))
    ]);
    expect([...facts]).toEqual([
      ['load', { seconds: 3, bytes: 10 }],
      ['fit', { seconds: 7, bytes: 0 }]
    ]);
    expect([...facts.values()].map(factsText)).toEqual(['3 s · 10 B', '7 s']);
  });

  it('suggest memory with some to spare', () => {
    const runs = [
      run(step('fit', { peakMemory: 3 * GIB }), step('fit')),
      run(step('fit', { peakMemory: GIB, state: 'failed' })),
      run(step('other', { peakMemory: 9 * GIB }))
    ];
    expect(peakOf(runs, 'fit')).toEqual({
      peak: 3 * GIB,
      runs: 2,
      suggestion: 4 * GIB
    });
    expect(peakOf([run(step('a', { peakMemory: 1 }))], 'a')?.suggestion).toBe(
      GIB / 8
    );
    expect(peakOf(runs, 'gone')).toBeNull();
  });
});
