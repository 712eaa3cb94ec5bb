/** The form of a step's settings: which step's is open, and what stands in its fields that the settings do not hold. */
import { type ISignal, Signal } from '@lumino/signaling';

export class StepForm {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Step whose settings are open. */
  get open(): string | null {
    return this._open;
  }

  set open(step: string | null) {
    this._open = step;
    this._changed.emit();
  }

  /** Key of the field that is to be shown and given the focus; null once it was. */
  get wanted(): string | null {
    return this._wanted;
  }

  /** Open the settings of a step at one of their fields. */
  openAt(step: string, field: string): void {
    this._wanted = field;
    this.open = step;
  }

  fieldShown(): void {
    this._wanted = null;
  }

  /** Names of the fields whose text is wrong, so that the settings hold an older value. */
  get wrong(): readonly string[] {
    return [...this._wrong];
  }

  /** Say whether the text that stands in a field is wrong. */
  mark(name: string, wrong: boolean): void {
    if (wrong) {
      this._wrong.add(name);
    } else {
      this._wrong.delete(name);
    }
    this._changed.emit();
  }

  /** Stay open when the step gets another name. */
  renamed(from: string, to: string): void {
    if (this._open === from) {
      this.open = to;
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _open: string | null = null;
  private _wanted: string | null = null;
  private readonly _wrong = new Set<string>();
}
