/** Zooms and moves a picture in its stage: wheel, double click, one finger or two. */

const MOST = 8;
const DOUBLE = 2.5;
/** A finger that moves further to the side asks for the next picture, in pixels. */
const SWIPE = 60;

interface Point {
  readonly x: number;
  readonly y: number;
}

export class Zoom {
  #scale = 1;
  #x = 0;
  #y = 0;
  readonly #pointers = new Map<number, Point>();
  #begun: Point | undefined;
  readonly #ended = new AbortController();

  constructor(
    readonly stage: HTMLElement,
    readonly picture: HTMLElement,
    readonly go: (step: number) => void,
  ) {
    const { signal } = this.#ended;
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      act: (event: HTMLElementEventMap[K]) => void,
    ) => stage.addEventListener(type, act, { signal, passive: false });
    on("wheel", (event) => {
      event.preventDefault();
      this.by(event.deltaY < 0 ? 1.2 : 1 / 1.2, this.#at(event));
    });
    on("dblclick", (event) => this.by(this.#scale > 1 ? 1 / this.#scale : DOUBLE, this.#at(event)));
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#up(event));
  }

  end(): void {
    this.#ended.abort();
  }

  /** `at` stays where it is, by default the middle. */
  by(factor: number, at: Point = { x: 0, y: 0 }): void {
    const scale = Math.min(MOST, Math.max(1, this.#scale * factor));
    const grown = scale / this.#scale;
    this.#x = at.x + (this.#x - at.x) * grown;
    this.#y = at.y + (this.#y - at.y) * grown;
    this.#scale = scale;
    if (scale === 1) [this.#x, this.#y] = [0, 0];
    this.#show();
  }

  reset(): void {
    this.by(0);
  }

  #show(): void {
    const most = (side: number) => (side * (this.#scale - 1)) / 2;
    const [w, h] = [most(this.picture.clientWidth), most(this.picture.clientHeight)];
    this.#x = Math.min(w, Math.max(-w, this.#x));
    this.#y = Math.min(h, Math.max(-h, this.#y));
    this.picture.style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
    this.stage.dataset.scale = this.#scale.toFixed(2);
  }

  /** From the middle of the stage. */
  #at({ clientX, clientY }: MouseEvent): Point {
    const box = this.stage.getBoundingClientRect();
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  }

  #down(event: PointerEvent): void {
    this.stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#at(event));
    this.#begun = this.#pointers.size === 1 ? this.#at(event) : undefined;
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = this.#at(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other) {
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      this.by(distance(now, other) / Math.max(1, distance(before, other)), middle);
    } else if (this.#scale > 1) {
      this.#x += now.x - before.x;
      this.#y += now.y - before.y;
      this.#show();
    }
  }

  #up(event: PointerEvent): void {
    const from = this.#begun;
    const to = this.#at(event);
    this.#pointers.delete(event.pointerId);
    this.#begun = undefined;
    if (!from || event.type === "pointercancel" || this.#scale > 1) return;
    const [across, down] = [to.x - from.x, to.y - from.y];
    if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(down))
      this.go(across < 0 ? 1 : -1);
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
