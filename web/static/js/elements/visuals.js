/**
 * The moving pictures of a sound. Each is a function that makes one: what it returns draws a frame onto a canvas.
 *
 * @typedef {object} Frame
 * @property {number} width  Of the canvas, in CSS pixels.
 * @property {number} height
 * @property {number} at_s  Where the sound stands.
 * @property {(at_s: number, count: number) => Float32Array} bands  Levels at a moment, low to high, 0..1.
 * @property {(count: number) => Float32Array} wave  Samples from this moment on, -1..1.
 * @property {{calm: string, loud: string, accent: string}} colours
 *
 * @typedef {(context: CanvasRenderingContext2D, frame: Frame) => void} Draw
 */

const TURN = 2 * Math.PI;
const COLUMNS_A_SECOND = 30;
const COLUMN_PX = 3;
const PARTICLES = 180;
const GOLDEN = 0.618_034;

/** @type {Record<string, () => Draw>} */
export const VISUALS = { bars, wave, circle, particles, river };

/** @returns {Draw} */
function bars() {
  /** Where the caps are that fall slowly. */ let caps = new Float32Array(0);
  return (context, { width, height, at_s, bands, colours }) => {
    const count = Math.max(12, Math.min(64, Math.floor(width / 12)));
    const levels = bands(at_s, count);
    if (caps.length !== count) caps = new Float32Array(count);
    const step = width / count;
    const paint = context.createLinearGradient(0, height, 0, 0);
    paint.addColorStop(0, colours.calm);
    paint.addColorStop(1, colours.loud);
    levels.forEach((level, band) => {
      caps[band] = Math.max(level, caps[band] - 0.012);
      const tall = Math.max(3, level * (height - 10));
      context.fillStyle = paint;
      context.beginPath();
      context.roundRect(band * step + 1, height - tall, step - 3, tall, [3, 3, 0, 0]);
      context.fill();
      context.fillStyle = colours.accent;
      context.fillRect(band * step + 1, height - caps[band] * (height - 10) - 5, step - 3, 2);
    });
  };
}

/** @returns {Draw} */
function wave() {
  return (context, { width, height, wave: samplesFrom, colours }) => {
    const samples = samplesFrom(Math.min(1024, Math.max(256, Math.round(width))));
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0.25);
    for (const [colour, thick, alpha] of /** @type {const} */ ([[colours.calm, 9, 0.35], [colours.loud, 2.5, 1]])) {
      context.globalAlpha = alpha;
      context.strokeStyle = colour;
      context.lineWidth = thick;
      context.lineJoin = "round";
      context.beginPath();
      samples.forEach((sample, n) => context.lineTo((n / (samples.length - 1)) * width, (height / 2) * (1 - (0.86 * sample) / loudest)));
      context.stroke();
    }
    context.globalAlpha = 1;
  };
}

/** @returns {Draw} */
function circle() {
  return (context, { width, height, at_s, bands, colours }) => {
    const rays = 72;
    const levels = bands(at_s, rays);
    const bass = (levels[4] + levels[8] + levels[12]) / 3;
    const reach = Math.min(width, height) / 2 - 4;
    const inner = reach * (0.42 + 0.1 * bass);
    context.save();
    context.translate(width / 2, height / 2);
    context.lineCap = "round";
    context.lineWidth = Math.max(2, (TURN * inner) / (4 * rays));
    for (let side = -1; side <= 1; side += 2) {
      levels.forEach((level, band) => {
        const angle = side * ((band + 0.5) / rays) * (TURN / 2) + TURN / 4;
        const far = inner + 4 + level * (reach - inner - 4);
        context.strokeStyle = level > 0.62 ? colours.loud : colours.calm;
        context.beginPath();
        context.moveTo(Math.cos(angle) * (inner + 3), Math.sin(angle) * (inner + 3));
        context.lineTo(Math.cos(angle) * far, Math.sin(angle) * far);
        context.stroke();
      });
    }
    context.globalAlpha = 0.25 + 0.6 * bass;
    context.fillStyle = colours.accent;
    context.beginPath();
    context.arc(0, 0, inner * (0.35 + 0.5 * bass), 0, TURN);
    context.fill();
    context.restore();
  };
}

/** @returns {Draw} */
function particles() {
  return (context, { width, height, at_s, bands, colours }) => {
    const levels = bands(at_s, 24);
    const reach = Math.hypot(width, height) / 2;
    context.save();
    context.translate(width / 2, height / 2);
    for (let number = 0; number < PARTICLES; number++) {
      const share = (number * GOLDEN) % 1;
      const level = levels[Math.floor(share * levels.length)];
      // Where one is follows from the time alone: it drifts outward, faster the higher its band.
      const way = (share * 7 + number / PARTICLES + at_s * (0.03 + 0.09 * share)) % 1;
      const angle = TURN * (number * GOLDEN * GOLDEN) + at_s * (0.25 - 0.5 * share);
      const far = reach * (0.06 + way) * (0.75 + 0.35 * level);
      context.globalAlpha = Math.min(1, (0.15 + 0.95 * level) * Math.sin(Math.PI * way) + 0.05);
      context.fillStyle = level > 0.6 ? colours.loud : number % 3 ? colours.calm : colours.accent;
      context.beginPath();
      context.arc(Math.cos(angle) * far, Math.sin(angle) * far, 1.5 + 9 * level ** 2, 0, TURN);
      context.fill();
    }
    context.restore();
  };
}

/** A spectrogram that flows to the left. @returns {Draw} */
function river() {
  const water = document.createElement("canvas");
  /** Number of the newest column, counted from the start of the sound. */ let newest = -1;
  /** @param {Frame} frame @param {number} column @param {number} columns @param {CanvasRenderingContext2D} context */
  const pour = (frame, column, columns, context) => {
    const rows = Math.ceil(frame.height / COLUMN_PX);
    const levels = column < 0 ? new Float32Array(rows) : frame.bands(column / COLUMNS_A_SECOND, rows);
    const x = columns - 1 - (newest - column);
    levels.forEach((level, row) => {
      context.globalAlpha = level ** 1.6;
      context.fillStyle = level > 0.7 ? frame.colours.loud : level > 0.45 ? frame.colours.accent : frame.colours.calm;
      context.fillRect(x, rows - 1 - row, 1, 1);
    });
    context.globalAlpha = 1;
  };
  return (context, frame) => {
    const columns = Math.ceil(frame.width / COLUMN_PX);
    const rows = Math.ceil(frame.height / COLUMN_PX);
    const flowing = /** @type {CanvasRenderingContext2D} */ (water.getContext("2d"));
    const now = Math.floor(frame.at_s * COLUMNS_A_SECOND);
    const fits = water.width === columns && water.height === rows;
    const passed = now - newest;
    if (!fits || passed < 0 || passed > columns) {
      [water.width, water.height] = [columns, rows];
      newest = now;
      for (let column = Math.max(0, now - columns + 1); column <= now; column++) pour(frame, column, columns, flowing);
    } else if (passed > 0) {
      flowing.globalCompositeOperation = "copy";
      flowing.drawImage(water, -passed, 0);
      flowing.globalCompositeOperation = "source-over";
      newest = now;
      for (let column = now - passed + 1; column <= now; column++) pour(frame, column, columns, flowing);
    }
    context.imageSmoothingEnabled = true;
    context.drawImage(water, 0, 0, columns * COLUMN_PX, rows * COLUMN_PX);
  };
}
