/** Asks for the name of a step, and says while one types which name that makes. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { stepNameFrom } from './tags';

export interface IQuestion {
  trans: TranslationBundle;
  title: string;
  /** What stands in the field; the first letter that is typed replaces it. */
  text: string;
  /** Names that are offered. */
  offered: readonly string[];
  /** What happens where the name is taken already; empty where it does not matter. */
  taken: (name: string) => string;
}

/** The name, or null when nobody gave one. */
export async function askStepName(question: IQuestion): Promise<string | null> {
  const { trans, title } = question;
  const answer = await showDialog<string>({
    title,
    body: new NameField(question),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('OK') })
    ],
    focusNodeSelector: 'input'
  });
  const name = stepNameFrom(answer.value ?? '');
  return answer.button.accept && name !== '' ? name : null;
}

/** The field with a line below it; while it holds no name, the dialog cannot be accepted. */
export class NameField extends Widget implements Dialog.IBodyWidget<string> {
  constructor(private readonly _question: IQuestion) {
    super();
    this.addClass('jp-Promote-stepNameField');
    const { trans, text, offered } = _question;
    const label = document.createElement('label');
    label.textContent = trans.__('Name');
    label.htmlFor = this._input.id = 'jp-Promote-step-name';
    const list = document.createElement('datalist');
    list.id = 'jp-Promote-step-names';
    list.append(...offered.map(name => new Option(name)));
    this._input.className = 'jp-mod-styled';
    this._input.setAttribute('list', list.id);
    this._input.autocomplete = 'off';
    this._input.spellcheck = false;
    this._input.value = text;
    this._said.id = 'jp-Promote-step-name-said';
    this._said.setAttribute('role', 'status');
    this._input.setAttribute('aria-describedby', this._said.id);
    this._input.addEventListener('focus', () => {
      this._input.select();
      // The dialog asks whether the field is right when something is typed, and never before.
      this._input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    this.node.append(label, this._input, list, this._said);
    this._judge();
  }

  getValue(): string {
    return this._input.value;
  }

  /** Called with what is typed. */
  handleEvent(event: Event): void {
    if (event.target === this._input) {
      this._judge();
    }
  }

  protected override onAfterAttach(): void {
    // The dialog listens on the document and must find the field judged.
    window.addEventListener('input', this, true);
  }

  protected override onBeforeDetach(): void {
    window.removeEventListener('input', this, true);
  }

  private _judge(): void {
    const { trans, taken } = this._question;
    const typed = this._input.value;
    const name = stepNameFrom(typed);
    const wrong =
      name === '' && typed.trim() !== ''
        ? trans.__('A name needs one of the letters a to z.')
        : '';
    const said =
      name === ''
        ? trans.__('Letters, digits, “_” and “-”, beginning with a letter')
        : name !== typed
          ? trans.__('The step is called %1.', name)
          : '';
    this._input.setCustomValidity(wrong || (name === '' ? said : ''));
    this._input.setAttribute('aria-invalid', String(wrong !== ''));
    this._said.className = wrong ? 'jp-Promote-wrong' : 'jp-Promote-hint';
    this._said.textContent =
      wrong || [said, name && taken(name)].filter(Boolean).join(' ');
  }

  private readonly _input = document.createElement('input');
  private readonly _said = document.createElement('p');
}
