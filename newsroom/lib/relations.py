"""Which models refer to a model."""


def references_to(model):
    """The relations by foreign keys of other rows to this model, unnamed ones too."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)  # noqa: SLF001 - Django's documented API
        if (relation.one_to_many or relation.one_to_one)
        and relation.auto_created
        and not relation.concrete
    ]
