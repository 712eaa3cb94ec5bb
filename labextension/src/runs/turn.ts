/** One action at a time, and why the last one was refused. */
import { asProblem } from '../api/problem';
import type { IProblem } from '../tokens';

export class Turn {
  /** `told` is called whenever something of it changed. */
  constructor(private readonly _told: () => void) {}

  get busy(): boolean {
    return this._busy;
  }

  get problem(): IProblem | null {
    return this._problem;
  }

  /** Do it unless another action is under way. Gives what it gave; null when it was refused or left out. */
  async act<T>(action: () => Promise<T>): Promise<T | null> {
    if (this._busy) {
      return null;
    }
    this._busy = true;
    this._problem = null;
    this._told();
    try {
      return await action();
    } catch (error) {
      this._problem = asProblem(error);
      return null;
    } finally {
      this._busy = false;
      this._told();
    }
  }

  private _busy = false;
  private _problem: IProblem | null = null;
}
