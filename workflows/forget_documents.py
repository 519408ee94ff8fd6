"""A short workflow that a schedule starts every day: it deletes the documents of requests that ended long ago."""

from temporalio import workflow

from domain.activity_io import ForgetDocuments, ForgetDocumentsResult
from workflows import activity_options

with workflow.unsafe.imports_passed_through():
    from activities.forget_documents import ForgetDocumentsActivities


@workflow.defn(name="ForgetDocuments")
class ForgetDocumentsDaily:
    """One pass through the document store."""

    @workflow.run
    async def run(self, *_given: object) -> ForgetDocumentsResult:
        """Delete the documents whose time is over. What is given is ignored, since nothing is expected."""
        return await workflow.execute_activity_method(
            ForgetDocumentsActivities.forget_documents,
            ForgetDocuments(now=workflow.now()),
            summary="delete the documents of requests that ended long ago",
            **activity_options.SURVEY.options(),
        )
