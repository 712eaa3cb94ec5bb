import type {
  AttemptInfo,
  CellTime
} from '../../../labextension/src/api/_generated';
import { splitOf } from '../../../labextension/src/pipeline/split-offer';

function attempt(...cells: [CellTime['state'], number][]): AttemptInfo {
  return {
    step: 'train',
    attempt: 1,
    claimed: true,
    map_index: -1,
    progress: null,
    outcome: {
      schema_version: 1,
      attempt: 1,
      cached_from: null,
      cause: 'cell_error',
      cell: null,
      cell_index: null,
      cells: cells.map(([state, seconds], index) => ({
        cell: `c${index}`,
        seconds,
        state
      }))
    } as unknown as AttemptInfo['outcome']
  };
}

describe('a failed run', () => {
  it('suggests a step at the failing cell where much ran before it', () => {
    const failed = attempt(['completed', 10_800], ['failed', 1]);
    expect(splitOf([attempt(['completed', 9_000]), failed])).toEqual({
      step: 'train',
      cell: 'c1',
      seconds: 10_800
    });
  });

  it('suggests nothing where little was lost', () => {
    expect(splitOf([attempt(['completed', 5], ['failed', 900])])).toBe(null);
    expect(splitOf([attempt(['failed', 900])])).toBe(null);
  });
});
