import { nullTranslator } from '@jupyterlab/translation';
import { waitedSeconds } from '../../../labextension/src/runs/waiting';
import { origin, waitWord } from '../../../labextension/src/runs/words';
import { aRun, stepRun } from './fake-review';

const trans = nullTranslator.load('test');
const NOW = new Date('2026-11-21T02:10:00Z');

const step = (
  name: string,
  started: string,
  queuedSeconds: number,
  seconds: number
) => stepRun({ step: name, started, queuedSeconds, seconds });

describe('the time in which a run waited', () => {
  it('counts when steps waited and none ran, once where several waited', () => {
    const run = aRun({
      steps: [
        step('load', '2026-11-21T02:00:00Z', 60, 30),
        step('left', '2026-11-21T02:02:00Z', 40, 10),
        step('right', '2026-11-21T02:02:00Z', 30, 60)
      ]
    });
    expect(waitedSeconds(run, NOW)).toBe(90);
    expect(origin(trans, run)).toContain('waited 1 min 30 s for resources');
  });

  it('counts a repaired run since it began again', () => {
    const run = aRun({
      resumed: '2026-11-21T02:05:00Z',
      steps: [
        step('load', '2026-11-21T02:00:00Z', 60, 30),
        step('fit', '2026-11-21T02:05:01Z', 20, 30)
      ]
    });
    expect(waitedSeconds(run, NOW)).toBe(20);
  });

  it('goes on until now for a step that waits, and is nothing for one that never began', () => {
    const waiting = stepRun({
      step: 'load',
      state: 'waiting',
      started: '2026-11-21T02:09:00Z'
    });
    const later = stepRun({ step: 'fit', state: 'queued', started: null });
    expect(waitedSeconds(aRun({ steps: [waiting, later] }), NOW)).toBe(60);
  });

  it('is not told where a kernel only took its time to start', () => {
    expect(waitWord(trans, 1.2)).toBe('');
    expect(waitWord(trans, null)).toBe('');
    expect(waitWord(trans, 12)).toBe('waited 12 s for resources');
  });
});
