import type { Finding } from '../../../labextension/src/api/_generated';
import {
  findingsOf,
  grouped,
  worstOf
} from '../../../labextension/src/pipeline/findings';
import { retagging } from '../../../labextension/src/pipeline/fixes';

function finding(own: Partial<Finding>): Finding {
  return {
    code: 'PRM201',
    severity: 'error',
    message: '',
    fix: '',
    cell: null,
    cell_index: null,
    line: null,
    name: null,
    steps: [],
    actions: [],
    accepted: false,
    ...own
  };
}

describe('findings', () => {
  it('stand in three groups, in the order of the notebook', () => {
    const late = finding({ cell_index: 4 });
    const early = finding({ cell_index: 1, line: 2 });
    const open = finding({ severity: 'warning' });
    const accepted = finding({ severity: 'warning', accepted: true });
    const note = finding({ severity: 'info' });
    expect(grouped([late, note, accepted, open, early])).toEqual({
      blocks: [early, late],
      check: [open],
      fine: [note, accepted]
    });
  });

  it('show the worst of a step', () => {
    const findings = [
      finding({ severity: 'warning', steps: ['a', 'b'] }),
      finding({ steps: ['b'] }),
      finding({ severity: 'info', steps: ['c'] })
    ];
    const worst = (name: string): string | null =>
      worstOf(findings, { name, cells: [] });
    expect(['a', 'b', 'c'].map(worst)).toEqual(['check', 'blocks', null]);
  });

  it('are those of a step whose cell they stand at, where they name no step', () => {
    const unread = finding({ code: 'PRM200', cell: 'x' });
    const whole = finding({ code: 'PRM105' });
    const step = { name: 'a', cells: ['x'] };
    expect(findingsOf([unread, whole], step)).toEqual([unread]);
    expect(findingsOf([unread], { name: 'b', cells: ['y'] })).toEqual([]);
    expect(worstOf([unread], step)).toBe('blocks');
    expect(findingsOf([finding({ cell: 'x', steps: ['b'] })], step)).toEqual(
      []
    );
  });

  it('are fixed by a change of tags', () => {
    const cells = [
      { id: 'x', type: 'code', source: '', tags: ['step:a'] },
      { id: 'y', type: 'code', source: '', tags: ['step:b', 'skip'] }
    ];
    const at = finding({ cell: 'y' });
    const fix = (kind: 'rename' | 'merge' | 'unskip', argument: string) => [
      ...retagging(cells, at, { kind, label: '', argument })
    ];
    expect(fix('rename', 'b_2')).toEqual([[1, ['skip', 'step:b_2']]]);
    expect(fix('merge', 'a,b')).toEqual([
      [0, ['step:a']],
      [1, ['skip', 'step:a']]
    ]);
    expect(fix('unskip', 'y')).toEqual([[1, ['step:b']]]);
  });
});
