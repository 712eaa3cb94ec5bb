import { handedOn } from '../../../labextension/src/tagging/handing-on';
import {
  assign,
  type Retagging,
  skipBelow,
  startStep,
  toggleParameters,
  toggleSkip
} from '../../../labextension/src/tagging/retag';
import type { ITaggedCell } from '../../../labextension/src/tagging/tags';

function cells(...tags: string[]): ITaggedCell[] {
  return tags.map((text, index) => ({
    id: `c${index}`,
    type: 'code',
    source: 'x',
    tags: text.split(' ').filter(Boolean)
  }));
}

function after(before: ITaggedCell[], change: Retagging): string[] {
  const complete = handedOn(before, change);
  return before.map((cell, at) => (complete.get(at) ?? cell.tags).join(' '));
}

describe('a cell that is left out', () => {
  const steps = cells('step:a', '', 'step:b', '', '', 'step:c');

  it('hands the beginning of its step on to the next cell that runs', () => {
    expect(after(steps, toggleSkip(steps, [2]))).toEqual([
      'step:a',
      '',
      'step:b skip',
      'step:b',
      '',
      'step:c'
    ]);
    expect(after(steps, toggleSkip(steps, [2, 3]))[4]).toBe('step:b');
    expect(after(steps, toggleParameters(steps, 0))[1]).toBe('step:a');
  });

  it('hands nothing on where no cell of its step is left, or its step goes on anyway', () => {
    expect(after(steps, toggleSkip(steps, [2, 3, 4]))[5]).toBe('step:c');
    expect(after(steps, toggleSkip(steps, [3]))[4]).toBe('');
    expect(after(steps, skipBelow(steps, 2))[5]).toBe('step:c skip');
  });

  it('begins the step below it when it is told to begin one', () => {
    const skipped = cells('step:a', 'skip', '', '');
    const begun = ['step:a', 'skip step:n', 'step:n', ''];
    expect(after(skipped, startStep(skipped, 1, 'n'))).toEqual(begun);
    expect(after(skipped, assign(skipped, [1], 'n'))).toEqual(begun);
  });

  it('leaves cells alone that a change has nothing to do with', () => {
    const other = cells('step:a', 'step:b skip', '', 'step:c');
    expect(after(other, assign(other, [3], 'd'))).toEqual([
      'step:a',
      'step:b skip',
      '',
      'step:d'
    ]);
  });
});
