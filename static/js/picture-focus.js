/* The point that crops keep, set in the picture itself: by a click, by dragging, or by
   arrow keys (with Shift in larger steps). The two number fields hold it and stay. */

const clamp = (value) => Math.min(100, Math.max(0, Math.round(value)));

/* What `lib.rendering.crop_box` cuts away, as `object-position` wants it. */
const position = (whole, part, focus) => {
  if (whole - part < 1) return "50%";
  const start = Math.min(Math.max((whole * focus) / 100 - part / 2, 0), whole - part);
  return `${(100 * start) / (whole - part)}%`;
};

const setUp = (root) => {
  const [across, down] = ["x", "y"].map((axis) => document.getElementById(`id_focal_${axis}`));
  const whole = root.querySelector(".focus-whole");
  if (!across || !down || !whole) return;
  const width = Number(root.dataset.width);
  const height = Number(root.dataset.height);
  const point = document.createElement("span");
  point.className = "focus-point";
  whole.append(point);
  whole.tabIndex = 0;
  whole.setAttribute("role", "group");
  whole.setAttribute("aria-roledescription", "focal point");
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "help";
  root.append(status);

  const show = () => {
    const x = clamp(across.value);
    const y = clamp(down.value);
    whole.style.setProperty("--focus-x", `${x}%`);
    whole.style.setProperty("--focus-y", `${y}%`);
    const words = `${x} per cent from the left, ${y} from the top`;
    whole.setAttribute("aria-label", `Focal point: ${words}. Click, or use the arrow keys.`);
    status.textContent = `Click the picture or use the arrow keys. Now ${words}.`;
    for (const crop of root.querySelectorAll(".focus-crop")) {
      const ratio = Number(crop.dataset.ratio);
      crop.style.setProperty("--focus-ratio", ratio);
      crop.style.setProperty("--crop-x", position(width, Math.min(width, height * ratio), x));
      crop.style.setProperty("--crop-y", position(height, Math.min(height, width / ratio), y));
    }
  };
  const move = (x, y) => {
    across.value = clamp(x);
    down.value = clamp(y);
    for (const input of [across, down]) {
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    show();
  };
  const follow = (event) => {
    const box = whole.getBoundingClientRect();
    move(
      (100 * (event.clientX - box.left)) / box.width,
      (100 * (event.clientY - box.top)) / box.height,
    );
  };
  whole.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    whole.focus();
    whole.setPointerCapture(event.pointerId);
    follow(event);
  });
  whole.addEventListener("pointermove", (event) => {
    if (whole.hasPointerCapture(event.pointerId)) follow(event);
  });
  whole.addEventListener("keydown", (event) => {
    const steps = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    move(Number(across.value) + far * step[0], Number(down.value) + far * step[1]);
  });
  for (const input of [across, down]) input.addEventListener("input", show);
  root.classList.add("focus-live");
  show();
};

for (const root of document.querySelectorAll(".focus")) setUp(root);
