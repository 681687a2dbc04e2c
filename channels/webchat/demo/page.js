// Buttons of the page open the chat; those of a service also begin the visitor's line.
document.addEventListener("click", (event) => {
	const button = event.target.closest("[data-chat]");
	const chat = document.querySelector("zabota-chat")?.shadowRoot;
	if (!button || !chat) return;
	event.preventDefault();
	if (chat.querySelector("section").hidden) chat.querySelector(".launcher").click();
	const input = chat.querySelector("textarea");
	if (button.dataset.chat) input.value = button.dataset.chat;
	input.focus();
});
