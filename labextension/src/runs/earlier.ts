/** A repair that has to begin at an earlier step than the one that failed is asked about where one stands. */
import type { Run } from '../api/_generated';
import { asProblem } from '../api/problem';
import type { IProblem, IPromoteApi } from '../tokens';
import type { IRunActions, IRunLinks } from './details';

/** Where the server says that the repair has to begin; null where the problem is another one. */
export function neededStep(problem: IProblem): string | null {
  const { step } = problem.fields;
  return problem.code === 'repair_from' && typeof step === 'string'
    ? step
    : null;
}

/** Repair what failed. Gives why it has to begin earlier, null where it does not; throws what else refuses it. */
export async function repairFailed(
  api: Pick<IPromoteApi, 'repair'>,
  run: Run
): Promise<IProblem | null> {
  try {
    await api.repair(run);
    return null;
  } catch (error) {
    const problem = asProblem(error);
    if (neededStep(problem) === null) {
      throw error;
    }
    return problem;
  }
}

/** Repair at one click, or ask from where. */
export async function repairOrAsk(
  run: Run,
  actions: Pick<IRunActions, 'repair' | 'refresh'>,
  links: Pick<IRunLinks, 'repair'>
): Promise<void> {
  const problem = await actions.repair(run);
  if (problem) {
    const step = neededStep(problem) ?? '';
    if (await links.repair(run, step, problem.message)) {
      await actions.refresh().catch(() => undefined);
    }
  }
}
