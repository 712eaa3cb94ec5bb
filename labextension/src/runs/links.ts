/** The ways from a run to other places of the Lab, by commands. */
import type { CommandRegistry } from '@lumino/commands';
import { CommandIDs } from '../commands';
import type { IRunLinks } from './details';
import type { IPlace } from './place';

export interface ILabLinks extends IRunLinks {
  /** Show a place of the Pipelines page; the list for an empty one. */
  show(place: IPlace): void;
  /** Open the notebook that a pipeline was published from. */
  source(dagId: string): void;
  /** Bring what was changed in the active debug notebook back to its source. */
  apply(): void;
  /** Run the active debug notebook up to the cell that failed. */
  runToFailure(): void;
}

export function labLinks(commands: CommandRegistry): ILabLinks {
  return {
    open: path => void commands.execute(CommandIDs.openRun, { path }),
    repair: async ({ dagId, runId }, step, why = '') =>
      Boolean(
        await commands.execute(CommandIDs.repairRun, {
          dagId,
          runId,
          step,
          why
        })
      ),
    debug: ({ dagId, runId }, { step, mapIndex, attempt }) =>
      void commands.execute(CommandIDs.debugStep, {
        dagId,
        runId,
        step,
        mapIndex,
        attempt
      }),
    compare: ({ dagId, runId }, other = 'previous') =>
      void commands.execute(CommandIDs.compareRun, { dagId, runId, other }),
    show: ({ dagId, runId }) =>
      void commands.execute(CommandIDs.pipelines, { dagId, runId }),
    source: dagId => void commands.execute(CommandIDs.backToSource, { dagId }),
    apply: () => void commands.execute(CommandIDs.applyToSource),
    runToFailure: () => void commands.execute(CommandIDs.runToFailure)
  };
}
