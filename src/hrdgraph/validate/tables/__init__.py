"""Tables against what their source declares: cells, references and expectations."""
