// Photos in the chat: a part of the widget that is loaded once the chat is in touch with its server, so that the
// script on the salon's page stays within its six kilobytes. The server puts the words in the place of "TEXTS".

const LONGEST = 2000, words = "TEXTS", base = new URL(".", import.meta.url).href;
const STYLE = `
img { display: block; max-width: 100%; max-height: 240px; border-radius: 10px; }
label { position: relative; flex: none; width: 40px; height: 44px; margin: 0 -8px 0 -6px; color: var(--soft); }
label::before { content: ""; position: absolute; inset: 14px 8px 12px; border: 2px solid; border-radius: 6px; background: radial-gradient(circle, #0000 2.5px, currentColor 3px 4.5px, #0000 5px); }
label::after { content: ""; position: absolute; inset: 11px 16px auto; height: 3px; border-radius: 2px 2px 0 0; background: currentColor; }
label:hover { color: var(--tint); }
label:focus-within { outline: 2px solid var(--tint); border-radius: 12px; }
input { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; font-size: 0; }
`;

// Drawn anew it is small enough for a phone's network, and the place where it was taken stays in the phone.
const light = async (file) => {
	try {
		const picture = await createImageBitmap(file), scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
		const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
		canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
		return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
	} catch {
		return file;
	}
};

// The line that is on its way gives place to the server's own; under one id it is taken once, however often it is sent.
const send = async (file, { say, make, place, note, recall }) => {
	const id = `photo-${Date.now()}-${Math.random().toString(36).slice(2)}`;
	const node = place({ author: "client", text: words.name, at: Date.now(), seq: Infinity });
	const failed = (text) => {
		note(node, "failed", `${text} `);
		node.note.append(make("button", { onclick: upload }, say.retry));
	};
	const upload = async () => {
		note(node, "sending", say.sending);
		try {
			const path = `${base}photo?client_id=${id}&language=${say.lang}`, headers = { "X-Chat-Token": recall("token") };
			const { frames: [answer] } = await (await fetch(path, { method: "POST", headers, body })).json();
			if (answer.type === "error") failed(answer.text);
			else node.remove();
		} catch {
			failed(words.unsent);
		}
	};
	note(node, "sending", say.sending);
	const body = await light(file);
	await upload();
};

export default (chat) => {
	const { form, make, sheet } = chat;
	if (form.querySelector("label")) return;
	sheet.replaceSync([...sheet.cssRules].map((rule) => rule.cssText).join("\n") + STYLE);
	const choose = ({ target }) => {
		for (const file of target.files) send(file, chat);
		target.value = "";
	};
	form.prepend(make("label", { title: words.name }, make("input", { type: "file", accept: "image/*", ariaLabel: words.name, onchange: choose })));
};
